import { initialize } from '@incipit/core';
import { ADAPTER_CASES } from '@incipit/core/testing';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { create, globals } from 'webgpu';
import { jaxJs } from './adapter.js';
import { makeAdapter } from './testing/adapter-trees.js';

// Node has no WebGPU of its own; jax-js looks for it in a navigator, and Dawn wants to be held.
const dawn = create([]);
Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', { value: { gpu: dawn, userAgent: 'node' }, configurable: true });
const jax = await import('@jax-js/jax');
const { numpy: np } = jax;

const test = suite('jax-js on webgpu');
const noGpu = (await dawn.requestAdapter()) === null ? 'Dawn found no GPU adapter' : undefined;

function onGpu(title: string, check: () => void | Promise<void>): void {
  if (noGpu !== undefined) test.skip(`${title} (skipped: ${noGpu})`);
  else test(title, check);
}

test.before(async () => {
  await jax.init(...(noGpu === undefined ? (['wasm', 'webgpu'] as const) : (['wasm'] as const)));
});

test.before.each(() => {
  jax.defaultDevice(noGpu === undefined ? 'webgpu' : 'wasm');
});

const OPTIONS = { axes: { '**.w': ['in', 'out'] }, types: { 'layers.*': 'Linear' } } as const;
const layer = (inputs: number, outputs: number) => ({ w: np.zeros([inputs, outputs]), b: np.zeros([outputs]) });
const makeTree = () => ({ layers: [layer(7, 13), layer(13, 300), layer(300, 299)] });

async function bytesOf(tree: object): Promise<readonly string[]> {
  const adapter = jaxJs(jax, tree, OPTIONS);
  const values: string[] = [];
  for (const index of [0, 1, 2]) {
    for (const name of ['w', 'b']) {
      const { bytes } = await adapter.read(`layers.${index}.${name}`);
      values.push(Buffer.from(bytes).toString('hex'));
    }
  }
  return values;
}

for (const { name, check } of ADAPTER_CASES) onGpu(name, () => check(makeAdapter(jax)));

onGpu('a tree on the GPU has the bits of one in wasm, whichever device fills', async () => {
  const run = async (framework: 'wasm' | 'webgpu', device: 'cpu' | 'webgpu'): Promise<readonly string[]> => {
    jax.defaultDevice(framework);
    const tree = makeTree();
    const config = { type: 'TruncNormal', layer: 'Linear', std: 0.02, bias: 0.5 };
    assert.is((await initialize(jaxJs(jax, tree, OPTIONS), config, { device })).device, device);
    return bytesOf(tree);
  };
  const expected = await run('wasm', 'cpu');
  assert.equal(await run('webgpu', 'cpu'), expected);
  assert.equal(await run('webgpu', 'webgpu'), expected);
});

test.run();
