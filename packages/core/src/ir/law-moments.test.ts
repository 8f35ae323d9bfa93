import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PlanError } from '../errors.js';
import type { Law } from './law.js';
import { lawMoments, truncNormalUniformBounds } from './law-moments.js';

const test = suite('law-moments');

function near(got: number, expected: number, tolerance = 1e-12): boolean {
  return Math.abs(got - expected) <= tolerance * Math.max(Math.abs(expected), 1e-300);
}

// mpmath 1.3 at 2000 bits, from the formula of Johnson, Kotz and Balakrishnan: (mean, std, low, high) -> mean, std
const TRUNCATED: readonly (readonly [readonly [number, number, number, number], number, number])[] = [
  [[5, 1, -2, 2], 1.716901348723891, 0.2656297663091214],
  [[0, 1, -2, 2], 0, 0.8796256610342398],
  [[0, 1, 6, 1e300], 6.158482604544599, 0.15487942661685822],
  [[0, 1, 1, 1 + 1e-10], 1.00000000005, 2.8867515847990063e-11],
  [[0, 1e30, -1, 1], 0, 0.5773502691896257],
  [[1, 0.5, -3, 1.25], 0.7454197830814867, 0.34863140840159373],
  [[0, 1, -6.3, -6.2], -6.244826966857389, 0.028583973822177203],
  [[0.1, 0.02, 0.1, 0.14], 0.11445579504490462, 0.010026290991173182],
  [[-3, 2, 0, 0.5], 0.2331542586516035, 0.14359727402395356],
];
for (const [[mean, std, low, high], expectedMean, expectedStd] of TRUNCATED) {
  test(`normal(${mean}, ${std}) cut to [${low}, ${high}] has the moments that mpmath gives`, () => {
    const moments = lawMoments({ kind: 'truncated-normal', mean, std, low, high });
    assert.ok(near(moments.mean, expectedMean), `mean ${moments.mean}`);
    assert.ok(near(moments.std, expectedStd), `std ${moments.std}`);
  });
}

const SIMPLE: readonly (readonly [Law, number, number])[] = [
  [{ kind: 'constant', value: 3 }, 3, 0],
  [{ kind: 'uniform', low: -1, high: 3 }, 1, 4 / Math.sqrt(12)],
  [{ kind: 'normal', mean: 1, std: 2 }, 1, 2],
  [{ kind: 'orthogonal', gain: 2, rows: 8, columns: 32 }, 0, 2 / Math.sqrt(32)],
  [
    { kind: 'orthogonal', gain: 2, rows: 8, columns: 32, place: { shape: [3, 3, 8, 32], rows: [2], columns: [3] } },
    0,
    2 / Math.sqrt(9 * 32),
  ],
  [{ kind: 'identity', gain: 2, rows: 4, columns: 4 }, 0.5, Math.sqrt(0.75)],
  [{ kind: 'truncated-normal', mean: 3, std: 0, low: 0, high: 1 }, 1, 0],
];
for (const [law, mean, std] of SIMPLE) {
  test(`${JSON.stringify(law)} has mean ${mean} and std ${std}`, () => {
    const moments = lawMoments(law);
    assert.ok(moments !== undefined && near(moments.mean, mean) && near(moments.std, std), JSON.stringify(moments));
  });
}

test('segments mix by their lengths', () => {
  const law: Law = {
    kind: 'segments',
    segments: [
      { length: 3, law: { kind: 'constant', value: 0 } },
      { length: 1, law: { kind: 'normal', mean: 4, std: 2 } },
    ],
  };
  // mean 1; variance (3 (0 + 1) + (4 + 9)) / 4 = 4
  assert.equal(lawMoments(law), { mean: 1, std: 2 });
});

test('of a copy and of a host function nothing is known', () => {
  assert.is(lawMoments({ kind: 'copy', source: 'a', tensor: 'b', dtype: 'float32' }), undefined);
  assert.is(lawMoments({ kind: 'host', id: 'a', options: null }), undefined);
});

test('the uniform bounds of trunc_normal_ are 2Φ - 1', () => {
  // mpmath 1.3: 2 * ncdf(x) - 1
  const bounds = truncNormalUniformBounds({ mean: 0, std: 1, low: -2, high: 2 });
  assert.ok(near(bounds.low, -0.9544997361036416) && near(bounds.high, 0.9544997361036416));
  assert.equal(truncNormalUniformBounds({ mean: 0, std: 1, low: -1e300, high: 1e300 }), { low: -1, high: 1 });
});

test('without a deviation there are no uniform bounds', () => {
  const law = { mean: 0, std: 1, low: -2, high: 2 };
  for (const bad of [{ std: 0 }, { std: -1 }, { mean: Number.NaN }, { high: Infinity }]) {
    assert.throws(
      () => truncNormalUniformBounds({ ...law, ...bad }),
      (error: unknown) => error instanceof PlanError && error.code === 'bad-law',
    );
  }
});

test.run();
