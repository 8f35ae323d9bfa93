import { leadingExponent, powerOfTwo, toDyadic } from '../exact/binary64.js';

/** Grid coordinates are signed 32-bit integers; the float32 nearest to this one is 2^31, which converts exactly. */
const LARGEST_COORDINATE = 2147483647n;
const LARGEST_SLOPE = 4294967295n;

/** Exponent of the smallest subnormal of float32: no finer grid is needed. */
const FINEST_EXPONENT = -149;

/**
 * Exponent of the finest power-of-two grid on which a magnitude is a 32-bit signed coordinate.
 *
 * @param magnitude value of float32, > 0.
 */
export function finestStep(magnitude: number): number {
  // leadingExponent e: magnitude < 2^(e+1), and a float32 has 24 bits, so that its coordinate is below 2^31.
  return Math.max(leadingExponent(magnitude) - 30, FINEST_EXPONENT);
}

/**
 * Arguments of the integer stage, `±⌊2z · slope / 2^32⌋ + mean` on the finest grid where it cannot overflow.
 *
 * @param mean float32.
 * @param std float32, > 0.
 * @param largestQuantile bound of |z| in units of 2^-28, below 2^31.
 * @returns slope = std · 2^3 in steps, mean in steps, both to nearest; the step.
 */
export function affineGrid(mean: number, std: number, largestQuantile: number): [number, number, number] {
  // Below this start either the mean or the slope overflows.
  const largest = Math.max(leadingExponent(std), mean === 0 ? FINEST_EXPONENT : leadingExponent(mean));
  for (let exponent = Math.max(largest - 34, FINEST_EXPONENT); ; exponent += 1) {
    const slope = inSteps(std, exponent - 3);
    const centre = inSteps(mean, exponent);
    const reach = ((2n * BigInt(largestQuantile) * slope) >> 32n) + (centre < 0n ? -centre : centre);
    if (slope > LARGEST_SLOPE || reach > LARGEST_COORDINATE) continue;
    return [Number(slope), Number(centre), powerOfTwo(exponent)];
  }
}

/** `value / 2^exponent` to the nearest integer, halves away from zero. */
function inSteps(value: number, exponent: number): bigint {
  const dyadic = toDyadic(value);
  const shift = dyadic.exponent - exponent;
  if (shift >= 0) return dyadic.mantissa << BigInt(shift);
  const magnitude = dyadic.mantissa < 0n ? -dyadic.mantissa : dyadic.mantissa;
  const rounded = ((magnitude >> BigInt(-shift - 1)) + 1n) >> 1n;
  return dyadic.mantissa < 0n ? -rounded : rounded;
}
