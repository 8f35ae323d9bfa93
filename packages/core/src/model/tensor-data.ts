import type { DType } from '../ir/dtype.js';
import type { Shape } from '../ir/shape.js';

/** Values on the host, row-major, little-endian, `elementCount(shape) * byteSize(dtype)` bytes. */
export interface TensorData {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly bytes: Uint8Array;
}

/** Consecutive elements of a tensor. */
export interface TensorPart {
  readonly dtype: DType;
  /** Of the whole tensor. */
  readonly shape: Shape;
  /** Index of the first element, row-major. */
  readonly offset: number;
  /** Whole elements; the memory may be shared between threads. */
  readonly bytes: Uint8Array;
}
