import type { DType, Shape } from '@incipit/core';
import type { OnnxTensor } from './structural-types.js';

/** `TensorProto.DataType`, but for strings, complex numbers and what is narrower than a byte or has no IEEE form. */
const DTYPES: Readonly<Record<number, DType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

/** Undefined for a type that Incipit does not have. */
export function dtypeOf({ dataType }: OnnxTensor): DType | undefined {
  return DTYPES[dataType];
}

export function shapeOf({ dims }: OnnxTensor): Shape {
  return dims.map(Number);
}
