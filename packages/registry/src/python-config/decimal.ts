/**
 * Floats as exact fractions, and back. Python rounds decimal output to nearest even from the exact value; `toFixed` and
 * its kin round ties up, and `Math.pow` differs between engines.
 */
export interface Fraction {
  readonly numerator: bigint;
  /** Positive. */
  readonly denominator: bigint;
}

const MANTISSA_BITS = 52;
const EXPONENT_BIAS = 1075;

/** The exact value of a finite float. */
export function fractionOf(value: number): Fraction {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> BigInt(MANTISSA_BITS)) & 0x7ffn);
  const tail = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? tail : tail | 0x10000000000000n;
  const exponent = (biased === 0 ? 1 : biased) - EXPONENT_BIAS;
  const signed = bits >> 63n === 1n ? -mantissa : mantissa;
  if (exponent >= 0) return { numerator: signed << BigInt(exponent), denominator: 1n };
  return { numerator: signed, denominator: 1n << BigInt(-exponent) };
}

/** The integer nearest to a fraction, ties to even. */
export function roundFraction({ numerator, denominator }: Fraction): bigint {
  const negative = numerator < 0n;
  const size = negative ? -numerator : numerator;
  const floor = size / denominator;
  const twice = (size % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && floor % 2n === 1n);
  const rounded = up ? floor + 1n : floor;
  return negative ? -rounded : rounded;
}

/** `value × 10^places`, rounded to the nearest integer, ties to even. */
export function scaledInteger(value: number | bigint, places: number): bigint {
  const { numerator, denominator } =
    typeof value === 'bigint' ? { numerator: value, denominator: 1n } : fractionOf(value);
  if (places >= 0) return roundFraction({ numerator: numerator * 10n ** BigInt(places), denominator });
  return roundFraction({ numerator, denominator: denominator * 10n ** BigInt(-places) });
}

/** The float nearest to a fraction, ties to even; infinite where it is too large. */
export function nearestFloat({ numerator, denominator }: Fraction): number {
  if (numerator === 0n) return 0;
  const negative = numerator < 0n;
  const size = negative ? -numerator : numerator;
  // A quotient of 65 bits or more, its last bit sticky: Number() then rounds it once, unless it is subnormal.
  const shift = bitLength(denominator) - bitLength(size) + 66;
  const least = Math.min(shift, 1074);
  const top = least >= 0 ? size << BigInt(least) : size;
  const bottom = least >= 0 ? denominator : denominator << BigInt(-least);
  const quotient = least < shift ? roundFraction({ numerator: top, denominator: bottom }) : sticky(top, bottom);
  const result = scaleByPowerOfTwo(Number(quotient), -least);
  return negative ? -result : result;
}

function sticky(top: bigint, bottom: bigint): bigint {
  const quotient = top / bottom;
  return top % bottom === 0n ? quotient : quotient | 1n;
}

/** Exact unless the result leaves the range of floats. */
function scaleByPowerOfTwo(value: number, exponent: number): number {
  let result = value;
  let left = exponent;
  while (left < -1000) {
    result *= powerOfTwo(-1000);
    left += 1000;
  }
  while (left > 1000) {
    result *= powerOfTwo(1000);
    left -= 1000;
  }
  return result * powerOfTwo(left);
}

/** `2^exponent` for a normal float, put together from its bits. */
function powerOfTwo(exponent: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(exponent + EXPONENT_BIAS - MANTISSA_BITS) << BigInt(MANTISSA_BITS));
  return view.getFloat64(0);
}

/** Bits of a positive integer. */
export function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0] ?? '0', 16)));
}
