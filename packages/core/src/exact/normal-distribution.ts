import { exp, inverseRootOfTwoPi } from './fixed-point.js';

const GUARD = 32;

/** Density of the standard normal law, φ(x) = e^(-x²/2) / √(2π), of a fixed-point `x`. */
export function normalDensity(x: bigint, bits: number): bigint {
  const wide = bits + GUARD;
  const scaled = x << BigInt(GUARD);
  const halfSquare = (scaled * scaled) >> BigInt(wide + 1);
  return (exp(-halfSquare, wide) * inverseRootOfTwoPi(wide)) >> BigInt(wide + GUARD);
}

/**
 * Distribution function of the standard normal law, Φ(x), of a fixed-point `x`: absolute error of a few 2^-bits.
 *
 * Φ(x) - 1/2 = φ(x) (x + x³/3 + x⁵/15 + …), a series of one sign (Abramowitz and Stegun 26.2.11). The upper tail is
 * `2^bits - normalCdf(x)`, as exact; ask for more bits where a tail must be exact relative to its size.
 */
export function normalCdf(x: bigint, bits: number): bigint {
  const one = 1n << BigInt(bits);
  const magnitude = x < 0n ? -x : x;
  // Beyond √(2 ln 2 · bits) the tail is under one unit; 1.1775² = 2 ln 2 rounded up.
  if (magnitude * magnitude > ((BigInt(bits) * 14n) << BigInt(2 * bits)) / 10n) return x < 0n ? 0n : one;
  // The series grows as the density shrinks, to 2^(1.01 bits): that many bits come on top.
  const wide = bits + Math.ceil(bits * 1.02) + GUARD;
  const scaled = magnitude << BigInt(wide - bits);
  const square = (scaled * scaled) >> BigInt(wide);
  let term = scaled;
  let sum = term;
  for (let k = 3n; term !== 0n; k += 2n) {
    term = ((term * square) >> BigInt(wide)) / k;
    sum += term;
  }
  const half = one >> 1n;
  const body = (sum * normalDensity(scaled, wide)) >> BigInt(2 * wide - bits);
  return x < 0n ? half - body : half + body;
}
