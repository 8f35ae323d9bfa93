import type { DType } from '../ir/dtype.js';
import type { Shape } from '../ir/shape.js';

/** Values on the host, row-major, little-endian, `elementCount(shape) * byteSize(dtype)` bytes. */
export interface TensorData {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly bytes: Uint8Array;
}
