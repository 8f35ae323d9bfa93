import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deriveKey } from '../rng/key.js';
import type { Words } from '../rng/threefry.js';
import { type CpuDevice, createCpuDevice } from '../runtime/cpu-device.js';
import { lower } from './lower.js';

/*
 * Streams of different parameters, of neighbouring seeds and of consecutive raw keys (which no plan has, and which are
 * the hardest) are compared pair by pair. Seeds are fixed; had they been free, a correct generator would fail one test
 * below with a probability under 1e-4: the largest of 8128 × 3 correlations exceeds 5.8 deviates with 1.7e-4 / 10,
 * a χ² at 4.9 deviates with 1e-6.
 */
const STREAMS = 128;
const LENGTH = 1 << 14;
const LIMIT = 5.8;
const CHI_SQUARE_LIMIT = 4.9;
const CELLS = 16;

const test = suite<{ device: CpuDevice }>('independence');
test.before(async (context) => {
  context.device = await createCpuDevice();
});
test.after((context) => context.device.dispose());

function draw(device: CpuDevice, kind: 'normal' | 'uniform', key: string | Words): Float32Array {
  const out = new Float32Array(LENGTH);
  const law = kind === 'normal' ? ({ kind, mean: 0, std: 1 } as const) : ({ kind, low: 0, high: 1 } as const);
  device.fill(lower(law, 'float32', key), new Uint8Array(out.buffer), 0);
  return out;
}

const FAMILIES: readonly (readonly [string, (index: number) => string | Words])[] = [
  ['parameters of one model', (index) => deriveKey(42, `layers.${index}.weight`)],
  ['one parameter under neighbouring seeds', (index) => deriveKey(index, 'fc.weight')],
  ['streams of one parameter', (index) => deriveKey(42, 'fc.weight', index)],
  ['consecutive raw keys', (index) => [index, 0]],
  ['raw keys that differ in the high word', (index) => [0, index]],
];

function correlation(a: Float32Array, b: Float32Array, lag: number): number {
  let sum = 0;
  const length = LENGTH - 1;
  for (let i = 0; i < length; i += 1) sum += (a[i] ?? 0) * (b[i + lag] ?? 0);
  return sum / Math.sqrt(length);
}

for (const [name, keyOf] of FAMILIES) {
  test(`normals of ${name} do not correlate, pair by pair, nor shifted by one`, ({ device }) => {
    const streams = Array.from({ length: STREAMS }, (_, index) => draw(device, 'normal', keyOf(index)));
    let worst = 0;
    streams.forEach((a, i) => {
      for (const b of streams.slice(i + 1)) worst = Math.max(worst, Math.abs(correlation(a, b, 0)));
      const neighbour = streams[(i + 1) % STREAMS] ?? a;
      worst = Math.max(worst, Math.abs(correlation(a, neighbour, 1)), Math.abs(correlation(neighbour, a, 1)));
      // Within one stream too.
      worst = Math.max(worst, Math.abs(correlation(a, a, 1)));
    });
    assert.ok(worst < LIMIT, `largest correlation ${worst} deviates`);
    assert.ok(worst > 2, 'the largest of thousands is not small');
  });

  test(`uniforms of ${name} fill the unit square evenly, neighbour against neighbour`, ({ device }) => {
    const streams = Array.from({ length: STREAMS }, (_, index) => draw(device, 'uniform', keyOf(index)));
    const counts = new Float64Array(CELLS * CELLS);
    for (let k = 0; k + 1 < STREAMS; k += 2) {
      const [a, b] = [streams[k] ?? [], streams[k + 1] ?? []];
      for (let i = 0; i < LENGTH; i += 1) {
        const cell = Math.floor((a[i] ?? 0) * CELLS) * CELLS + Math.floor((b[i] ?? 0) * CELLS);
        counts[cell] = (counts[cell] ?? 0) + 1;
      }
    }
    const due = (LENGTH * STREAMS) / 2 / counts.length;
    const statistic = counts.reduce((sum, count) => sum + (count - due) ** 2 / due, 0);
    const freedom = counts.length - 1;
    const deviate = (statistic - freedom) / Math.sqrt(2 * freedom);
    assert.ok(Math.abs(deviate) < CHI_SQUARE_LIMIT, `χ² deviate ${deviate}`);
  });
}

test('equal streams are seen as such', ({ device }) => {
  const a = draw(device, 'normal', deriveKey(1, 'a'));
  assert.ok(correlation(a, a, 0) > 100);
});

test.run();
