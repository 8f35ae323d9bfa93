import { type ByteSource, byteSize, type Checkpoint, elementCount } from '@incipit/core';
import { checkpointOf, malformed, type StoredTensor, unsupported } from '../common/checkpoint-of.js';
import { isRowMajor, reach, stridedCopy, swapBytes } from '../common/strided-copy.js';
import { collectTensors } from './collect-tensors.js';
import type { TorchStorage, TorchTensor } from './pickle-values.js';
import { storageDType } from './torch-meaning.js';

/** Where the bytes of a storage are. */
export interface StorageBytes {
  readonly bytes: number;
  readonly bigEndian: boolean;
  /** Reads from `offset` on, until `out` is full. */
  readInto(offset: number, out: Uint8Array): Promise<void>;
}

/** Bytes that a storage takes. @throws CheckpointError `unsupported`. */
export function storageSize(source: Pick<ByteSource, 'name'>, storage: TorchStorage): number {
  const dtype = storageDType(storage);
  if (dtype === undefined) throw unsupported(source, `holds a storage of torch.${storage.type}`, 'convert it in torch');
  return storage.elements * byteSize(dtype);
}

/** The tensors of an unpickled root; each reads only the part of its storage that it views. */
export function torchCheckpoint(
  source: ByteSource,
  root: unknown,
  bytesOfStorage: (storage: TorchStorage) => StorageBytes,
): Checkpoint {
  const { tensors, metadata } = collectTensors(source, root);
  const stored = [...tensors].map(([name, tensor]) => {
    const storage = bytesOfStorage(tensor.storage);
    const needed = storageSize(source, tensor.storage);
    if (storage.bytes < needed) {
      throw malformed(source, `the storage of '${name}' has ${storage.bytes} bytes and needs ${needed}`);
    }
    return viewOf(name, tensor, storage);
  });
  return checkpointOf(source, stored, metadata);
}

function viewOf(name: string, tensor: TorchTensor, storage: StorageBytes): StoredTensor {
  const { dtype, shape, strides, offset } = tensor;
  const itemBytes = byteSize(dtype);
  const start = offset * itemBytes;
  const read = async (): Promise<Uint8Array> => {
    const bytes = new Uint8Array(reach({ shape, strides }) * itemBytes);
    if (bytes.byteLength > 0) await storage.readInto(start, bytes);
    const native = storage.bigEndian ? swapBytes(bytes, itemBytes) : bytes;
    return isRowMajor(shape, strides) ? native : stridedCopy(native, { shape, strides, offset: 0, itemBytes });
  };
  const plain = isRowMajor(shape, strides) && !storage.bigEndian && elementCount(shape) > 0;
  if (!plain) return { name, dtype, shape, read };
  return { name, dtype, shape, read, readPart: (from, out) => storage.readInto(start + from, out) };
}
