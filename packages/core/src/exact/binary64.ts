/** Bit-level facts of float64 numbers. Nothing here rounds. */

/** Scratch for reading and writing bits; every use writes before it reads. */
const SCRATCH = new DataView(new ArrayBuffer(8));

/**
 * `2^exponent`, exactly; `Math.pow` may be an approximation.
 *
 * @param exponent integer in [-1074, 1023].
 */
export function powerOfTwo(exponent: number): number {
  const fraction = exponent + 1074;
  // From 2^-1022 on the exponent field counts; below, one bit of the fraction is set.
  SCRATCH.setUint32(0, exponent >= -1022 ? (exponent + 1023) << 20 : fraction >= 32 ? 1 << (fraction - 32) : 0);
  SCRATCH.setUint32(4, fraction < 32 ? 1 << fraction : 0);
  return SCRATCH.getFloat64(0);
}

/** A finite float64 as `mantissa · 2^exponent`. */
export interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Takes a finite float64 apart, exactly. */
export function toDyadic(value: number): Dyadic {
  SCRATCH.setFloat64(0, value);
  const bits = SCRATCH.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  return {
    mantissa: bits >> 63n === 0n ? magnitude : -magnitude,
    exponent: (biased === 0 ? 1 : biased) - 1075,
  };
}

/**
 * Exponent of the leading bit of a finite non-zero float64: the largest `e` with `2^e <= |value|`.
 */
export function leadingExponent(value: number): number {
  SCRATCH.setFloat64(0, value);
  const biased = (SCRATCH.getUint32(0) >>> 20) & 0x7ff;
  // A subnormal times 2^54 is normal.
  return biased === 0 ? leadingExponent(value * 18014398509481984) - 54 : biased - 1023;
}

/** Bits needed to write a non-negative integer; 0 for 0. */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/**
 * `numerator / 2^fractionBits` as the nearest float64, ties to even.
 *
 * Exact to the last bit for results in the normal range of float64; subnormal results may be rounded twice.
 */
export function fromScaled(numerator: bigint, fractionBits: number): number {
  if (numerator === 0n) return 0;
  // ECMAScript defines Number(bigint) as round to nearest, ties to even; a sticky bit keeps that true after the shift.
  const magnitude = numerator < 0n ? -numerator : numerator;
  const drop = Math.max(0, bitLength(magnitude) - 66);
  const kept = magnitude >> BigInt(drop);
  const sticky = kept << BigInt(drop) === magnitude ? 0n : 1n;
  const rounded = Number(kept * 2n + sticky);
  const value = scaleByPowerOfTwo(rounded, drop - 1 - fractionBits);
  return numerator < 0n ? -value : value;
}

/** `value · 2^exponent`, in steps that stay inside the range of float64. */
export function scaleByPowerOfTwo(value: number, exponent: number): number {
  let result = value;
  let rest = exponent;
  while (rest > 1023) {
    result *= powerOfTwo(1023);
    rest -= 1023;
  }
  while (rest < -1000) {
    result *= powerOfTwo(-1000);
    rest += 1000;
  }
  return result * powerOfTwo(rest);
}
