import { bitLength, fractionOf, nearestFloat } from './decimal.js';

/** Bits behind the point: an `exp` of what has 10 bits before it keeps 100 good ones. */
const BITS = 192n;
const ONE = 1n << BITS;

/**
 * `x ** y` of floats, `x` positive and both finite: rounded from about 100 good bits. Engines differ in `Math.pow`.
 */
export function power(x: number, y: number): number {
  const exponent = fractionOf(y);
  return expFixed((lnFixed(x) * exponent.numerator) / exponent.denominator);
}

/** `e ** x`. */
export function exponential(x: number): number {
  const { numerator, denominator } = fractionOf(x);
  return expFixed((numerator * ONE) / denominator);
}

/** The natural logarithm of a positive float. */
export function logarithm(x: number): number {
  return x === 1 ? 0 : nearestFloat({ numerator: lnFixed(x), denominator: ONE });
}

/** The logarithm of `x` to another base, both positive. */
export function logarithmTo(x: number, base: number): number {
  if (x === 1) return 0;
  const bottom = lnFixed(base);
  const top = lnFixed(x);
  return nearestFloat(
    bottom < 0n ? { numerator: -top, denominator: -bottom } : { numerator: top, denominator: bottom },
  );
}

/** `ln x` in units of 2^-192: x = m·2^k with m around 1, ln m = 2·artanh((m-1)/(m+1)). */
function lnFixed(x: number): bigint {
  const { numerator, denominator } = fractionOf(x);
  const scale = bitLength(numerator) - bitLength(denominator);
  const shifted = scale >= 0 ? denominator << BigInt(scale) : denominator;
  const top = scale >= 0 ? numerator : numerator << BigInt(-scale);
  return 2n * artanhFixed(top - shifted, top + shifted) + BigInt(scale) * ln2Fixed();
}

/** ln 2 = 2·artanh(1/3). */
function ln2Fixed(): bigint {
  return 2n * artanhFixed(1n, 3n);
}

/** `artanh(a/b)` for |a/b| ≤ 1/3, by its series. */
function artanhFixed(a: bigint, b: bigint): bigint {
  const ratio = (a * ONE) / b;
  const square = (ratio * ratio) >> BITS;
  let term = ratio;
  let sum = 0n;
  for (let n = 1n; term !== 0n && term !== -1n; n += 2n) {
    sum += term / n;
    term = (term * square) >> BITS;
  }
  return sum;
}

/** `e ** (t·2^-192)`: t = k·ln 2 + r, and the series of `e ** (r/256)`, squared eight times. */
function expFixed(t: bigint): number {
  const ln2 = ln2Fixed();
  const k = t / ln2;
  // Far beyond the range of floats on either side.
  if (k > 2000n) return Number.POSITIVE_INFINITY;
  if (k < -2000n) return 0;
  const r = (t - k * ln2) >> 8n;
  let term = ONE;
  let sum = 0n;
  for (let n = 1n; term !== 0n && term !== -1n; n += 1n) {
    sum += term;
    term = (term * r) / (n << BITS);
  }
  for (let n = 0; n < 8; n++) sum = (sum * sum) >> BITS;
  return k >= 0n
    ? nearestFloat({ numerator: sum << k, denominator: ONE })
    : nearestFloat({ numerator: sum, denominator: ONE << -k });
}
