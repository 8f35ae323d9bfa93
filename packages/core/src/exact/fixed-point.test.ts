import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  exp,
  integerSqrt,
  inverseRootOfTwoPi,
  lnOfRatio,
  lnTwo,
  lnTwoBySeries,
  pi,
  standardize,
  toFixed,
} from './fixed-point.js';

const test = suite('fixed-point');

/** |a - b|, in units of the last place. */
function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}

test('ln 2 and pi are right to the last of 128 bits', () => {
  // mpmath 1.3: int(floor(ln(2) * 2**128)), int(floor(pi * 2**128))
  assert.ok(distance(lnTwo(128), 0xb17217f7d1cf79abc9e3b39803f2f6afn) <= 1n);
  assert.ok(distance(pi(128), 0x3243f6a8885a308d313198a2e03707344n) <= 1n);
});

test('the stored digits of ln 2 and 1 / √(2π) are those of the series, and more bits go on from them', () => {
  assert.ok(distance(lnTwo(1024), lnTwoBySeries(1024)) <= 1n);
  assert.ok(distance(lnTwo(1100) >> 76n, lnTwo(1024)) <= 1n);
  assert.ok(distance(inverseRootOfTwoPi(1100) >> 76n, inverseRootOfTwoPi(1024)) <= 1n);
  const root = inverseRootOfTwoPi(512);
  assert.ok(distance((2n * pi(512) * root * root) >> 1024n, 1n << 512n) <= 16n);
});

// mpmath 1.3: int(floor(exp(x) * 2**64))
const EXPONENTIALS: readonly (readonly [number, bigint])[] = [
  [-700.5, 0n],
  [-1, 6786177901268885274n],
  [-0.0001, 18444899491532826648n],
  [0, 18446744073709551616n],
  [1, 50143449209799256682n],
  [10.25, 521720812558381237025237n],
];
for (const [x, expected] of EXPONENTIALS) {
  test(`exp(${x}) is right to a unit of 2^-64, relative above 1`, () => {
    const tolerance = 1n + (expected >> 62n);
    assert.ok(distance(exp(toFixed(x, 200), 200) >> 136n, expected) <= tolerance);
    assert.ok(distance(exp(toFixed(x, 64), 64), expected) <= 2n + (expected >> 62n));
  });
}

test('exp and ln undo each other', () => {
  for (const [n, d] of [
    [1n, 3n],
    [1n, 1n],
    [7n, 5n],
    [10n ** 30n, 7n],
    [3n, 10n ** 40n],
  ] as const) {
    const back = exp(lnOfRatio(n, d, 256), 256);
    const ratio = (n << 256n) / d;
    assert.ok(distance(back, ratio) <= 4n + (ratio >> 250n), `${n}/${d}`);
  }
});

test('integer square roots round towards zero', () => {
  for (const n of [0n, 1n, 2n, 3n, 4n, 99n, 100n, (1n << 200n) - 1n, 1n << 201n]) {
    const root = integerSqrt(n);
    assert.ok(root * root <= n && (root + 1n) * (root + 1n) > n, `${n}`);
  }
});

test('standardizing takes the difference of the float64 numbers exactly', () => {
  assert.is(standardize(1 + 2 ** -52, 1, 2 ** -52, 64), 1n << 64n);
  assert.is(standardize(-1e300, 1e300, 1e300, 10), -2n << 10n);
  assert.is(standardize(1, 0, 3, 64), (1n << 64n) / 3n);
  assert.is(standardize(-1, 0, 3, 64), -(1n << 64n) / 3n - 1n);
});

test.run();
