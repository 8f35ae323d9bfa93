import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type BitCell, bitCells, drawsOf } from './bit-cells.js';
import { cellDigests } from './cell-digests.js';
import { DEVICES, gpuAbsence } from './devices.js';
import { runInPage } from './in-page.js';
import { tfjsRuns } from './tfjs-bits.js';

const DRAWS = 150_000;
const CELLS = bitCells(DRAWS);
const test = suite<{ expected: readonly string[]; weights: readonly string[] }>('the same bits on every device');
const noGpu = await gpuAbsence();
const browser = process.env['INCIPIT_CHROMIUM'] ?? '';
const noBrowser = process.env['INCIPIT_CHROMIUM_REASON'] ?? 'no Chromium was looked for: run npm test at the root';

const PAGE_TESTS = [
  'wasm and WebGPU in a page give the bits of the reference, without a complaint',
  'models of tfjs on webgl and webgpu in a page have the bits of its cpu backend, and what is filled there stays there',
] as const;

async function digestsOn(name: string, cut: number): Promise<readonly string[]> {
  const device = await DEVICES[name]?.();
  assert.ok(device);
  const digests = await cellDigests(device, CELLS, cut);
  device.dispose();
  return digests;
}

function differing(digests: readonly string[], expected: readonly string[]): readonly BitCell['name'][] {
  assert.is(digests.length, CELLS.length);
  return CELLS.filter((_, index) => digests[index] !== expected[index]).map(({ name }) => name);
}

test.before(async (context) => {
  const [onCpu] = await tfjsRuns(tf, 'cpu', { cpu: { device: 'cpu' } });
  context.weights = onCpu?.digests ?? [];
  context.expected = await digestsOn('reference', DRAWS);
});

test('cells of different laws, keys or places differ', ({ expected }) => {
  // Some laws have few values in 16 bits.
  const wide = expected.filter((_, index) => CELLS[index]?.call.dtype === 'float32');
  assert.is(new Set(wide).size, wide.length);
});

// How a stream is cut is different for each device: it must not show either.
for (const [name, cut, absent] of [
  ['cpu', 1013, undefined],
  ['threads', 777, undefined],
  ['webgpu', 499, noGpu],
] as const) {
  if (absent === undefined) {
    test(`${name} in Node gives the bits of the reference`, async ({ expected }) => {
      console.log(`# ${name} in Node: ${drawsOf(CELLS)} draws`);
      assert.equal(differing(await digestsOn(name, cut), expected), []);
    });
  } else {
    test.skip(`${name} in Node gives the bits of the reference (skipped: ${absent})`);
  }
}

if (browser === '') {
  for (const what of PAGE_TESTS) test.skip(`${what} (skipped: ${noBrowser})`);
} else {
  const task = { devices: ['cpu', 'webgpu'], tfjs: true, draws: DRAWS, cut: 331, path: browser, timeLimit: 90_000 };
  // One browser serves all.
  let started: ReturnType<typeof runInPage> | undefined;
  const page = (): ReturnType<typeof runInPage> => {
    started ??= runInPage(task);
    return started;
  };
  test(PAGE_TESTS[0], async ({ expected }) => {
    const { digests, buffers, complaints } = await page();
    for (const name of task.devices) assert.equal(differing(digests[name] ?? [], expected), [], name);
    console.log(`# cpu and webgpu in headless Chromium: ${drawsOf(CELLS)} draws each`);
    assert.is(buffers, 0);
    assert.equal(complaints, []);
  });
  test(PAGE_TESTS[1], async ({ weights }) => {
    const runs = (await page()).tfjs;
    assert.is(runs.length, 4);
    for (const { name, digests, device, mapped, tensors } of runs) {
      const onGpu = name.includes('on its GPU');
      assert.equal(digests, weights, name);
      assert.is(device, onGpu ? 'webgpu' : 'cpu', name);
      assert.equal([mapped, tensors], [0, 0], name);
    }
  });
}

test.run();
