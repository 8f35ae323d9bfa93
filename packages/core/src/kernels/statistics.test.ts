import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromBits, inwardBounds, toBits } from '../exact/float-rounding.js';
import { byteSize, type FloatDType } from '../ir/dtype.js';
import type { ElementLaw } from '../ir/law.js';
import { lawMoments } from '../ir/law-moments.js';
import { deriveKey } from '../rng/key.js';
import { type CpuDevice, createCpuDevice } from '../runtime/cpu-device.js';
import { lower } from './lower.js';

/*
 * Seeds are fixed, so that a test that passes always passes. Had they been free, a correct generator would fail any one
 * check below with a probability under 1e-6: 4.9 standard errors, Kolmogorov's D √n > 2.7, a χ² at 4.9 deviates.
 */
const DRAWS = 10_000_000;
const LIMIT = 4.9;
const KOLMOGOROV_LIMIT = 2.7;

const test = suite<{ device: CpuDevice }>('exact-1 statistics');
test.before(async (context) => {
  context.device = await createCpuDevice();
});
test.after((context) => context.device.dispose());

/** Φ(x) for x <= 0, relative error about 1e-14: a series near 0, Laplace's continued fraction beyond 2. */
function lowerTail(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x > -2) {
    let term = -x;
    let sum = term;
    for (let k = 3; term > 1e-17 * sum; k += 2) sum += term *= (x * x) / k;
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let k = 120; k >= 1; k -= 1) fraction = k / (-x + fraction);
  return density / (-x + fraction);
}

/** P(a < Z < b) without cancellation in either tail. */
function normalMass(a: number, b: number): number {
  if (a > 0) return lowerTail(-a) - lowerTail(-b);
  return b > 0 ? 1 - lowerTail(a) - lowerTail(-b) : lowerTail(b) - lowerTail(a);
}

/** P(X < x) under a law, in its own terms. */
function distributionOf(law: ElementLaw): (x: number) => number {
  switch (law.kind) {
    case 'uniform':
      return (x) => (x - law.low) / (law.high - law.low);
    case 'normal':
      return (x) => normalMass(-40, (x - law.mean) / law.std);
    case 'truncated-normal': {
      const start = (law.low - law.mean) / law.std;
      const total = normalMass(start, (law.high - law.mean) / law.std);
      return (x) => normalMass(start, (x - law.mean) / law.std) / total;
    }
    default:
      throw new Error(law.kind);
  }
}

/** Deviate of a χ² statistic that is standard normal to a good approximation (Wilson and Hilferty, 1931). */
function chiSquareDeviate(statistic: number, freedom: number): number {
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** Joins neighbouring cells until each expects 20, then compares. */
function chiSquare(observed: ArrayLike<number>, expected: ArrayLike<number>): number {
  let statistic = 0;
  let cells = 0;
  let [seen, due] = [0, 0];
  for (let i = 0; i < observed.length; i += 1) {
    seen += observed[i] ?? 0;
    due += expected[i] ?? 0;
    if (due < 20) continue;
    statistic += (seen - due) ** 2 / due;
    cells += 1;
    [seen, due] = [0, 0];
  }
  // What is left joins the last cell's error only when it matters: a rest that expects under 20.
  if (seen + due > 0) statistic += (seen - due) ** 2 / Math.max(due, 20);
  return chiSquareDeviate(statistic, cells - 1);
}

/** Kolmogorov's D √n, from the edges of cells. */
function kolmogorov(observed: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, worst] = [0, 0];
  for (let i = 0; i < observed.length; i += 1) {
    difference += (observed[i] ?? 0) - (expected[i] ?? 0);
    worst = Math.max(worst, Math.abs(difference));
  }
  return worst / Math.sqrt(DRAWS);
}

function drawBytes(device: CpuDevice, law: ElementLaw, dtype: FloatDType): Uint8Array {
  const out = new Uint8Array(DRAWS * byteSize(dtype));
  device.fill(lower(law, dtype, deriveKey(7, `statistics.${JSON.stringify(law)}`)), out, 0);
  return out;
}

interface Sample {
  readonly mean: number;
  readonly std: number;
  readonly least: number;
  readonly most: number;
}

function summarize(values: Float32Array, centre: number): Sample {
  let [sum, squares, least, most] = [0, 0, Infinity, -Infinity];
  for (const value of values) {
    const deviation = value - centre;
    sum += deviation;
    squares += deviation * deviation;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const mean = sum / values.length;
  return { mean: centre + mean, std: Math.sqrt(squares / values.length - mean * mean), least, most };
}

const CELLS = 4096;

function histogram(values: Float32Array, low: number, high: number): Float64Array {
  const counts = new Float64Array(CELLS);
  const scale = CELLS / (high - low);
  for (const value of values) {
    const cell = Math.min(Math.max(Math.floor((value - low) * scale), 0), CELLS - 1);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return counts;
}

function expectedCells(law: ElementLaw, low: number, high: number): Float64Array {
  const distribution = distributionOf(law);
  const edges = Float64Array.from({ length: CELLS + 1 }, (_, i) => distribution(low + ((high - low) * i) / CELLS));
  edges[0] = 0;
  edges[CELLS] = 1;
  return Float64Array.from({ length: CELLS }, (_, i) => DRAWS * ((edges[i + 1] ?? 1) - (edges[i] ?? 0)));
}

/** Every law of which float32 resolves 4096 cells, by kernel. */
const FLOAT32_LAWS: readonly ElementLaw[] = [
  { kind: 'uniform', low: -0.05, high: 0.05 },
  { kind: 'uniform', low: 0, high: 1 },
  { kind: 'normal', mean: 0, std: 1 },
  { kind: 'normal', mean: 0.5, std: 0.7 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 },
  { kind: 'truncated-normal', mean: 0, std: 0.02, low: -0.03, high: 0.06 },
  { kind: 'truncated-normal', mean: 5, std: 1, low: -2, high: 2 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: 5, high: 6 },
  { kind: 'truncated-normal', mean: -6.25, std: 1, low: 0, high: 1 },
  { kind: 'truncated-normal', mean: -6, std: 1, low: 0, high: 0.015 },
  { kind: 'truncated-normal', mean: 0, std: 64, low: -0.1, high: 0.9 },
];

/** Where the histogram lies: the bounds, or six deviations. */
function spanOf(law: ElementLaw): readonly [number, number] {
  if (law.kind === 'normal') return [law.mean - 6 * law.std, law.mean + 6 * law.std];
  if (law.kind === 'constant') return [law.value, law.value];
  return [law.low, law.high];
}

for (const law of FLOAT32_LAWS) {
  test(`10^7 draws of ${JSON.stringify(law)} follow the law: moments, bounds, Kolmogorov, χ²`, ({ device }) => {
    const values = new Float32Array(drawBytes(device, law, 'float32').buffer);
    const [low, high] = spanOf(law);
    const moments = lawMoments(law);
    const sample = summarize(values, moments.mean);
    assert.ok(Math.abs(sample.mean - moments.mean) < (LIMIT * moments.std) / Math.sqrt(DRAWS), `mean ${sample.mean}`);
    // The standard error of a deviation is at most that of an exponential law, σ √(2/n); of a normal one, σ √(1/2n).
    assert.ok(Math.abs(sample.std / moments.std - 1) < LIMIT * Math.sqrt(2 / DRAWS), `std ${sample.std}`);
    if (law.kind !== 'normal')
      assert.ok(sample.least >= low && sample.most <= high, `${sample.least} … ${sample.most}`);
    if (law.kind === 'uniform') assert.ok(sample.most < high);
    const observed = histogram(values, low, high);
    const expected = expectedCells(law, low, high);
    const distance = kolmogorov(observed, expected);
    assert.ok(distance < KOLMOGOROV_LIMIT, `Kolmogorov ${distance}`);
    const deviate = chiSquare(observed, expected);
    assert.ok(Math.abs(deviate) < LIMIT, `χ² deviate ${deviate}`);
  });
}

/** Cells of a 16-bit dtype: runs of its values, in order, bounded by the midpoints at which rounding turns. */
function roundingCells(law: ElementLaw, dtype: FloatDType, counts: Float64Array): [number[], number[]] {
  const order = (bits: number): number => (bits & 0x8000 ? 0x8000 - bits : bits);
  const values: { readonly value: number; readonly count: number }[] = [];
  for (let bits = 0; bits < 0x10000; bits += 1) {
    // -0 counts as 0.
    if (bits === 0x8000) continue;
    const value = fromBits(bits, dtype);
    if (Number.isFinite(value)) values.push({ value, count: counts[order(bits) + 0x8000] ?? 0 });
  }
  values.sort((a, b) => a.value - b.value);
  const used = values.filter(({ count }) => count > 0);
  const least = values.findIndex(({ value }) => value === used[0]?.value);
  const most = values.findLastIndex(({ value }) => value === used.at(-1)?.value);
  const distribution = distributionOf(law);
  const observed: number[] = [];
  const expected: number[] = [];
  let [seen, before] = [0, 0];
  for (let i = least; i <= most; i += 1) {
    seen += values[i]?.count ?? 0;
    // Runs of eight keep the number of probabilities small.
    if (i % 8 !== 0 && i !== most) continue;
    const here = i === most ? 1 : distribution(((values[i]?.value ?? 0) + (values[i + 1]?.value ?? 0)) / 2);
    observed.push(seen);
    expected.push(DRAWS * (here - before));
    [seen, before] = [0, here];
  }
  return [observed, expected];
}

const HALF_LAWS: readonly ElementLaw[] = [
  { kind: 'uniform', low: -0.03, high: 0.03 },
  { kind: 'normal', mean: 0, std: 1 },
  { kind: 'normal', mean: 0.5, std: 0.25 },
  { kind: 'truncated-normal', mean: 0, std: 0.02, low: -0.03, high: 0.06 },
  { kind: 'truncated-normal', mean: 0, std: 64, low: -0.1, high: 0.9 },
];
for (const dtype of ['float16', 'bfloat16'] as const) {
  for (const law of HALF_LAWS) {
    test(`10^7 draws of ${JSON.stringify(law)} in ${dtype} are the law rounded to nearest, within its bounds`, ({
      device,
    }) => {
      const patterns = new Uint16Array(drawBytes(device, law, dtype).buffer);
      const counts = new Float64Array(0x10000);
      for (const bits of patterns) {
        const cell = (bits & 0x8000 ? 0x8000 - bits : bits) + 0x8000;
        counts[cell] = (counts[cell] ?? 0) + 1;
      }
      const [observed, expected] = roundingCells(law, dtype, counts);
      assert.is(
        observed.reduce((sum, count) => sum + count, 0),
        DRAWS,
      );
      assert.ok(kolmogorov(observed, expected) < KOLMOGOROV_LIMIT, `Kolmogorov ${kolmogorov(observed, expected)}`);
      assert.ok(Math.abs(chiSquare(observed, expected)) < LIMIT, `χ² deviate ${chiSquare(observed, expected)}`);
      if (law.kind === 'normal' || law.kind === 'constant') return;
      const inside = inwardBounds(law.low, law.high, dtype, law.kind === 'uniform');
      const ends = [inside?.low ?? Number.NaN, inside?.high ?? Number.NaN].map((value) => toBits(value, dtype));
      // At 10^7 draws both end values are met, and nothing beyond.
      const cells = ends.map((bits) => (bits & 0x8000 ? 0x8000 - bits : bits) + 0x8000);
      assert.is(
        counts.findIndex((count) => count > 0),
        cells[0],
      );
      assert.is(
        counts.findLastIndex((count) => count > 0),
        cells[1],
      );
    });
  }
}

test('a wrong law is seen: 10^7 draws tell a deviation that is 1% off', ({ device }) => {
  const law: ElementLaw = { kind: 'normal', mean: 0, std: 1 };
  const values = new Float32Array(drawBytes(device, law, 'float32').buffer);
  const wrong: ElementLaw = { ...law, std: 1.01 };
  assert.ok(chiSquare(histogram(values, -6, 6), expectedCells(wrong, -6, 6)) > LIMIT);
});

test.run();
