import { fromBits, roundTo, toBits } from '../exact/float-rounding.js';
import { byteSize, type DType, type FloatDType } from './dtype.js';

type Elements = { [index: number]: number; readonly length: number };

/** Views of the plain number types, which typed arrays know. */
const VIEWS = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;

/** The bytes, at an address that typed arrays accept; copies only when they lie askew. */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : bytes.slice();
}

/** Values of a float tensor as float32, which holds every float16 and bfloat16. A float32 tensor is not copied. */
export function decodeFloats(dtype: FloatDType, bytes: Uint8Array): Float32Array {
  const source = aligned(bytes, byteSize(dtype));
  const count = source.byteLength / byteSize(dtype);
  if (dtype === 'float32') return new Float32Array(source.buffer, source.byteOffset, count);
  const halves = new Uint16Array(source.buffer, source.byteOffset, count);
  if (dtype === 'bfloat16') {
    const words = new Uint32Array(count);
    for (let i = 0; i < count; i++) words[i] = (halves[i] ?? 0) << 16;
    return new Float32Array(words.buffer);
  }
  const values = count < FLOAT16_PATTERNS ? undefined : float16Values();
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const bits = halves[i] ?? 0;
    out[i] = values === undefined ? fromBits(bits, 'float16') : (values[bits] ?? 0);
  }
  return out;
}

const FLOAT16_PATTERNS = 1 << 16;
let float16Table: Float32Array | undefined;

/** The value of each bit pattern; to compute one takes a hundred times as long as to look it up. */
function float16Values(): Float32Array {
  float16Table ??= Float32Array.from({ length: FLOAT16_PATTERNS }, (_, bits) => fromBits(bits, 'float16'));
  return float16Table;
}

/** Rounds values once to `dtype`, to nearest, ties to even. */
export function encodeFloats(values: ArrayLike<number>, dtype: FloatDType): Uint8Array {
  if (dtype === 'float32') return new Uint8Array(new Float32Array(values).buffer);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = toBits(roundTo(values[i] ?? 0, dtype), dtype);
  return new Uint8Array(out.buffer);
}

/**
 * Converts a tensor's bytes between dtypes as torch's `copy_` does: floats round to nearest even, floats to integers
 * truncate towards zero, anything but 0 is a true `bool`. Equal dtypes give the same bytes, uncopied.
 */
export function convert(bytes: Uint8Array, from: DType, to: DType): Uint8Array {
  if (from === to) return bytes;
  const values = decode(from, bytes);
  // A float32 tensor alone is decoded in place: these values are in memory of their own.
  if (to === 'float32' && values instanceof Float32Array) return new Uint8Array(values.buffer);
  if (to === 'float16' || to === 'bfloat16' || to === 'float32') return encodeFloats(values, to);
  return encodeOther(values, to);
}

function decode(dtype: DType, bytes: Uint8Array): Elements {
  if (dtype === 'float16' || dtype === 'bfloat16') return decodeFloats(dtype, bytes);
  const source = aligned(bytes, byteSize(dtype));
  const count = source.byteLength / byteSize(dtype);
  if (dtype === 'bool') return new Uint8Array(source.buffer, source.byteOffset, count);
  if (dtype === 'int64') return Float64Array.from(new BigInt64Array(source.buffer, source.byteOffset, count), Number);
  if (dtype === 'uint64') return Float64Array.from(new BigUint64Array(source.buffer, source.byteOffset, count), Number);
  return new VIEWS[dtype](source.buffer as ArrayBuffer, source.byteOffset, count);
}

function encodeOther(values: Elements, dtype: Exclude<DType, FloatDType>): Uint8Array {
  const list = values as ArrayLike<number>;
  if (dtype === 'bool') return Uint8Array.from(list, (value) => (value === 0 ? 0 : 1));
  if (dtype === 'int64' || dtype === 'uint64') {
    const View = dtype === 'int64' ? BigInt64Array : BigUint64Array;
    const out = new View(list.length);
    for (let i = 0; i < list.length; i++) out[i] = BigInt(wholeOrZero(list[i] ?? 0));
    return new Uint8Array(out.buffer);
  }
  return new Uint8Array(VIEWS[dtype].from(list).buffer);
}

/** Integers have no NaN and no infinity: both become 0. */
function wholeOrZero(value: number): number {
  return Number.isFinite(value) ? Math.trunc(value) : 0;
}
