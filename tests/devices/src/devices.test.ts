import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type BitCell, bitCells, drawsOf } from './bit-cells.js';
import { cellDigests } from './cell-digests.js';
import { DEVICES, gpuAbsence } from './devices.js';
import { runInPage } from './in-page.js';

const DRAWS = 150_000;
const CELLS = bitCells(DRAWS);
const test = suite<{ expected: readonly string[] }>('the same bits on every device');
const noGpu = await gpuAbsence();
const browser = process.env['INCIPIT_CHROMIUM'] ?? '';
const noBrowser = process.env['INCIPIT_CHROMIUM_REASON'] ?? 'no Chromium was looked for: run npm test at the root';

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
  test.skip(`wasm and WebGPU in a page give the bits of the reference (skipped: ${noBrowser})`);
} else {
  test('wasm and WebGPU in a page give the bits of the reference, without a complaint', async ({ expected }) => {
    const task = { devices: ['cpu', 'webgpu'], draws: DRAWS, cut: 331, path: browser, timeLimit: 90_000 };
    const { digests, buffers, complaints } = await runInPage(task);
    for (const name of task.devices) assert.equal(differing(digests[name] ?? [], expected), [], name);
    console.log(`# cpu and webgpu in headless Chromium: ${drawsOf(CELLS)} draws each`);
    assert.is(buffers, 0);
    assert.equal(complaints, []);
  });
}

test.run();
