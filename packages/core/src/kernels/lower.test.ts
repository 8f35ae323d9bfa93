import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PlanError } from '../errors.js';
import { standardize } from '../exact/fixed-point.js';
import { normalCdf } from '../exact/normal-distribution.js';
import { FLOAT_DTYPES } from '../ir/dtype.js';
import type { ElementLaw } from '../ir/law.js';
import { roundLaw } from '../ir/round-law.js';
import { LARGEST_QUANTILE } from '../rng/quantile.js';
import { affineGrid, finestStep } from './grid.js';
import { KERNELS, kernelEntry } from './kernel-table.js';
import { lower } from './lower.js';
import { bendOf } from './narrow-interval.js';
import { fillReference, referenceElement } from './reference/fill-reference.js';

const test = suite('lower');
const KEY = '0123456789abcdef';

const CHOICES: readonly (readonly [string, ElementLaw])[] = [
  [KERNELS.constant.name, { kind: 'constant', value: 1 }],
  [KERNELS.constant.name, { kind: 'normal', mean: 1, std: 0 }],
  [KERNELS.uniform.name, { kind: 'uniform', low: 0, high: 1 }],
  [KERNELS.normal.name, { kind: 'normal', mean: 0, std: 2 ** -98 }],
  [KERNELS.normalGrid.name, { kind: 'normal', mean: 0, std: 2 ** -99 }],
  [KERNELS.normalGrid.name, { kind: 'normal', mean: 1e-30, std: 1 }],
  [KERNELS.normal.name, { kind: 'truncated-normal', mean: 0, std: 1, low: -6.35, high: 1e9 }],
  [KERNELS.normalGrid.name, { kind: 'truncated-normal', mean: 1, std: 1, low: -6, high: 8 }],
  [KERNELS.truncatedNormal.name, { kind: 'truncated-normal', mean: 0, std: 1, low: -6.33, high: 1e9 }],
  [KERNELS.truncatedNormal.name, { kind: 'truncated-normal', mean: 0, std: 1, low: 0, high: 2 ** -5 }],
  [KERNELS.truncatedNormalNarrow.name, { kind: 'truncated-normal', mean: 0, std: 1, low: 0, high: 2 ** -6 }],
  [KERNELS.truncatedNormalGrid.name, { kind: 'truncated-normal', mean: 1, std: 1, low: 0, high: 2 }],
];
for (const [kernel, law] of CHOICES) {
  test(`${JSON.stringify(law)} is lowered to ${kernel}, with as many arguments as the table says`, () => {
    const call = lower(law, 'float32', KEY);
    assert.is(call.kernel, kernel);
    assert.is(call.args.length, kernelEntry(call)?.args.length);
    assert.equal(call.key, [0x89abcdef, 0x01234567]);
  });
}

const IN_TYPE: Readonly<Record<'u32' | 'i32' | 'f32', (value: number) => boolean>> = {
  u32: (value) => value === value >>> 0,
  i32: (value) => value === (value | 0),
  f32: (value) => value === Math.fround(value) && Number.isFinite(value),
};

test('every argument of every law is exactly of the type that the table gives', () => {
  const exponent = fc.integer({ min: -20, max: 15 });
  const mantissa = fc.double({ min: -2, max: 2, noNaN: true });
  const scaled = fc.tuple(mantissa, exponent).map(([m, e]) => m * 2 ** e);
  const law = fc.tuple(fc.constantFrom('uniform', 'normal', 'truncated-normal'), scaled, scaled, scaled);
  const property = fc.property(law, fc.constantFrom(...FLOAT_DTYPES), ([kind, a, b, c], dtype) => {
    const spread = { mean: a, std: Math.abs(b) + 2 ** -20 };
    const [low, high] = [Math.min(a, c), Math.max(a, c)];
    const candidate: ElementLaw =
      kind === 'uniform'
        ? { kind, low, high }
        : kind === 'normal'
          ? { kind, ...spread }
          : { kind, ...spread, low, high };
    let call: ReturnType<typeof lower>;
    try {
      call = lower(candidate, dtype, KEY);
    } catch (error) {
      if (error instanceof PlanError) return;
      throw error;
    }
    const types = kernelEntry(call)?.args ?? [];
    types.forEach(({ name, type }, i) => {
      assert.ok(IN_TYPE[type](call.args[i] ?? Number.NaN), `${call.kernel} ${name} = ${call.args[i]}`);
    });
    assert.equal(lower(roundLaw(candidate, dtype), dtype, KEY), call, 'a law of a plan is lowered as it was planned');
  });
  fc.assert(property, { seed: 8, numRuns: 2000 });
});

test('the integer stage takes the finest grid on which nothing overflows', () => {
  for (const [mean, std] of [
    [0, 2 ** -149],
    [1, 1e-4],
    [-3, 0.01],
    [0.5, 0.7],
    [1e30, 1e30],
    [0, 2 ** -110],
  ] as const) {
    const [slope, centre, step] = affineGrid(Math.fround(mean), Math.fround(std), LARGEST_QUANTILE);
    const reach = Math.floor((2 * LARGEST_QUANTILE * slope) / 2 ** 32) + Math.abs(centre);
    assert.ok(slope < 2 ** 32 && reach < 2 ** 31);
    assert.ok(step === 2 ** -149 || reach >= 2 ** 30 - 8, `a finer grid than ${step} would do for ${mean}, ${std}`);
    assert.ok(Math.abs(centre * step - mean) <= step / 2 + Math.abs(mean) * 2 ** -24);
  }
  assert.is(finestStep(1), -30);
  assert.is(finestStep(1.99), -30);
  assert.is(finestStep(2 ** -149), -149);
});

test('a narrow interval bends towards the mean, and not at all where the density is flat', () => {
  const fixed = (x: number) => BigInt(Math.round(x * 2 ** 40)) << 216n;
  const [right] = bendOf(fixed(2), fixed(2.01), 256);
  const [left] = bendOf(fixed(-2.01), fixed(-2), 256);
  // The share u of the mass lies below u + u (1 - u) c0, c0 = -z δ / 2 for a width of δ at z.
  assert.ok(Math.abs(right / 2 ** 32 + 2.005 * 0.005) < 1e-4, `${right / 2 ** 32}`);
  assert.ok(Math.abs(left / 2 ** 32 - 2.005 * 0.005) < 1e-4, `${left / 2 ** 32}`);
  assert.equal(bendOf(0n, 1n, 256), [0, 0]);
  assert.ok(Math.abs(bendOf(fixed(-0.005), fixed(0.005), 256)[0]) < 2 ** 32 * 1e-5);
});

for (const low of [0, -0.3, 2, -5, 6.28]) {
  test(`from ${low} σ, 2^-6 wide, the narrow law is the inverse of the distribution to 4e-6 of the interval`, () => {
    // A mean far from 0 would leave too few digits: the interval begins at 0.
    const law = { kind: 'truncated-normal', mean: -low, std: 1, low: 0, high: 2 ** -6 } as const;
    const call = lower(law, 'float32', KEY);
    assert.is(call.kernel, KERNELS.truncatedNormalNarrow.name);
    const element = referenceElement(call);
    const probability = (x: number) => normalCdf(standardize(x, Math.fround(-low), 1, 128), 128);
    const [start, end] = [probability(0), probability(law.high)];
    for (let word = 0; word < 2 ** 32; word += 2 ** 26 + 12345) {
      const share = Number(probability(element(word)) - start) / Number(end - start);
      assert.ok(Math.abs(share - word / 2 ** 32) < 4e-6, `${word}: ${share}`);
    }
  });
}

test('a kernel that the reference lacks is named', () => {
  const call = { kernel: 'incipit.poisson', dtype: 'float32', key: [0, 0], args: [] } as const;
  assert.throws(() => fillReference(call, new Uint8Array(4), 0), /incipit\.poisson/);
  assert.throws(() => referenceElement(call), /incipit\.poisson/);
});

test.run();
