import { leadingExponent, powerOfTwo } from './binary64.js';

/** Float types that values are rounded to. */
export type StoredFloat = 'float32' | 'float16' | 'bfloat16';

interface FloatFormat {
  /** Significant bits, the hidden one included. */
  readonly precision: number;
  /** Exponent of the smallest normal number. */
  readonly minimumExponent: number;
  readonly maximum: number;
}

const FORMATS: Readonly<Record<StoredFloat, FloatFormat>> = {
  float32: { precision: 24, minimumExponent: -126, maximum: 3.4028234663852886e38 },
  float16: { precision: 11, minimumExponent: -14, maximum: 65504 },
  bfloat16: { precision: 8, minimumExponent: -126, maximum: 3.3895313892515355e38 },
};

/** 1.5 · 2^52: adding and taking it away rounds to an integer, ties to even, because float64 addition does. */
const ROUNDING_OFFSET = 6755399441055744;

/** Scratch for reading and writing bits; every use writes before it reads. */
const SCRATCH = new DataView(new ArrayBuffer(4));

/** Largest finite number of the dtype. */
export function largestFinite(dtype: StoredFloat): number {
  return FORMATS[dtype].maximum;
}

/** Smallest positive number of the dtype, a subnormal. */
export function smallestPositive(dtype: StoredFloat): number {
  const { precision, minimumExponent } = FORMATS[dtype];
  return powerOfTwo(minimumExponent - precision + 1);
}

/**
 * Rounds a float64 once to the nearest value of `dtype`, ties to even; overflow gives an infinity.
 *
 * @example roundTo(0.1, 'float16') // 0.0999755859375
 */
export function roundTo(value: number, dtype: StoredFloat): number {
  if (dtype === 'float32' || value === 0 || !Number.isFinite(value)) return Math.fround(value);
  const { precision, minimumExponent, maximum } = FORMATS[dtype];
  const quantum = powerOfTwo(Math.max(leadingExponent(value), minimumExponent) - precision + 1);
  const steps = value / quantum;
  // Above 2^53 quanta cannot happen: the quantum follows the value.
  const rounded = (steps + ROUNDING_OFFSET - ROUNDING_OFFSET) * quantum;
  if (Math.abs(rounded) > maximum) return value > 0 ? Infinity : -Infinity;
  return rounded === 0 && value < 0 ? -0 : rounded;
}

/** Smallest value of `dtype` that is `>= value`; `Infinity` above the largest finite one. */
export function roundUp(value: number, dtype: StoredFloat): number {
  const nearest = roundTo(value, dtype);
  return nearest >= value ? nearest : nextUp(nearest, dtype);
}

/** Largest value of `dtype` that is `<= value`; `-Infinity` below the lowest finite one. */
export function roundDown(value: number, dtype: StoredFloat): number {
  return -roundUp(-value, dtype);
}

/** The next larger value of `dtype`; `value` must be a value of `dtype`. */
export function nextUp(value: number, dtype: StoredFloat): number {
  if (value === Infinity) return value;
  if (value === -Infinity) return -FORMATS[dtype].maximum;
  if (value === 0) return smallestPositive(dtype);
  const { precision, minimumExponent, maximum } = FORMATS[dtype];
  if (value === maximum) return Infinity;
  const exponent = leadingExponent(value);
  // Below a power of two the spacing halves: it matters when a negative value moves towards zero.
  const shrinks = value < 0 && -value === powerOfTwo(exponent) && exponent > minimumExponent;
  const quantum = powerOfTwo(Math.max(exponent - (shrinks ? 1 : 0), minimumExponent) - precision + 1);
  return value + quantum;
}

/** The next smaller value of `dtype`; `value` must be a value of `dtype`. */
export function nextDown(value: number, dtype: StoredFloat): number {
  return -nextUp(-value, dtype);
}

/**
 * The first and the last value of `dtype` inside `[low, high]`, or inside `[low, high)` when `halfOpen`.
 *
 * Undefined when there is none. A zero is always +0.
 */
export function inwardBounds(
  low: number,
  high: number,
  dtype: StoredFloat,
  halfOpen = false,
): { readonly low: number; readonly high: number } | undefined {
  const first = roundUp(low, dtype);
  const below = roundDown(high, dtype);
  const last = halfOpen && below === high ? nextDown(below, dtype) : below;
  if (!(first <= last)) return undefined;
  return {
    low: positiveZero(Math.max(first, -largestFinite(dtype))),
    high: positiveZero(Math.min(last, largestFinite(dtype))),
  };
}

/** Turns -0 into 0; leaves all else. */
export function positiveZero(value: number): number {
  return value === 0 ? 0 : value;
}

/**
 * Bit pattern of a value of `dtype`, as an unsigned integer of 32 or 16 bits.
 *
 * @example toBits(1, 'bfloat16') // 0x3f80
 */
export function toBits(value: number, dtype: StoredFloat): number {
  SCRATCH.setFloat32(0, value);
  const bits = SCRATCH.getUint32(0);
  if (dtype === 'float32') return bits;
  if (dtype === 'bfloat16') return bits >>> 16;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (magnitude === Infinity) return sign | 0x7c00;
  if (Number.isNaN(value)) return 0x7e00;
  // 2^-24 is the quantum of subnormals; a normal keeps its ten fraction bits and moves the bias from 127 to 15.
  if (magnitude < powerOfTwo(-14)) return sign | (magnitude * powerOfTwo(24));
  return sign | (((bits & 0x7fffffff) >>> 13) - (112 << 10));
}

/** The value that a bit pattern of `dtype` stands for. */
export function fromBits(bits: number, dtype: StoredFloat): number {
  if (dtype !== 'float16') {
    SCRATCH.setUint32(0, dtype === 'float32' ? bits : bits << 16);
    return SCRATCH.getFloat32(0);
  }
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * powerOfTwo(-24);
  return sign * (1024 + fraction) * powerOfTwo(exponent - 25);
}
