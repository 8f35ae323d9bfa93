/** Element types that the laws can produce. */
export type FloatDType = 'float32' | 'float16' | 'bfloat16';

/** Element types that a parameter or a checkpoint may have. */
export type DType =
  | FloatDType
  | 'float64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool';

const BYTES: Readonly<Record<DType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

export const DTYPES: readonly DType[] = Object.keys(BYTES) as DType[];
export const FLOAT_DTYPES: readonly FloatDType[] = ['float32', 'float16', 'bfloat16'];

/** Bytes of one element. */
export function byteSize(dtype: DType): number {
  return BYTES[dtype];
}

export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(BYTES, value);
}

export function isFloatDType(value: unknown): value is FloatDType {
  return value === 'float32' || value === 'float16' || value === 'bfloat16';
}
