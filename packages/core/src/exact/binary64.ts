/** Bit-level facts of float64 numbers. Nothing here rounds. */

const VIEW_BYTES = 8;

/**
 * `2^exponent`, exactly; `Math.pow` may be an approximation.
 *
 * @param exponent integer in [-1074, 1023].
 */
export function powerOfTwo(exponent: number): number {
  const view = new DataView(new ArrayBuffer(VIEW_BYTES));
  if (exponent >= -1022) view.setUint32(0, (exponent + 1023) << 20);
  else view.setBigUint64(0, 1n << BigInt(exponent + 1074));
  return view.getFloat64(0);
}

/** A finite float64 as `mantissa · 2^exponent`. */
export interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Takes a finite float64 apart, exactly. */
export function toDyadic(value: number): Dyadic {
  const view = new DataView(new ArrayBuffer(VIEW_BYTES));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
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
  const { mantissa, exponent } = toDyadic(value);
  return bitLength(mantissa < 0n ? -mantissa : mantissa) - 1 + exponent;
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
