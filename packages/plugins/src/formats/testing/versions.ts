import {
  type DType,
  elementCount,
  SAFETENSORS,
  type Shape,
  shardedSafetensors,
  type TensorToWrite,
  type WritableFormat,
} from '@incipit/core';
import { NPZ } from '../numpy/index.js';
import { onnxFormat } from '../onnx/index.js';
import { tfjsFormat } from '../tfjs/index.js';

/** Tensors of every version, a small one and some that take several writes. */
const TENSORS: readonly { readonly name: string; readonly dtype: DType; readonly shape: Shape }[] = [
  { name: 'a', dtype: 'int32', shape: [16] },
  { name: 'b', dtype: 'int32', shape: [512, 512] },
  { name: 'c', dtype: 'int32', shape: [256, 1024] },
];

/** The file of each format that is killed, and how it is written: in several files where the format can. */
export const KILLED: Readonly<Record<string, WritableFormat>> = {
  'weights.safetensors': SAFETENSORS,
  'weights.safetensors.index.json': shardedSafetensors({ maxShardBytes: 1 << 20 }),
  'weights.npz': NPZ,
  'weights.json': tfjsFormat({ maxShardBytes: 700_000 }),
  'weights.onnx': onnxFormat({ externalData: true }),
};

/** Bytes of all tensors. */
export const VERSION_BYTES: number = TENSORS.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);

/** Every element is the version. */
export function tensorsOf(version: number): readonly TensorToWrite[] {
  return TENSORS.map((tensor) => ({
    ...tensor,
    bytes: () => new Uint8Array(new Int32Array(elementCount(tensor.shape)).fill(version).buffer),
  }));
}
