import { type ByteSource, byteSize, type Checkpoint, elementCount } from '@incipit/core';
import { checkpointOf, malformed, type StoredTensor, unsupported } from '../common/checkpoint-of.js';
import { isRowMajor, reach, stridedCopy, swapBytes } from '../common/strided-copy.js';
import { collectTensors } from './collect-tensors.js';
import type { TorchStorage, TorchTensor } from './pickle-values.js';
import { storageDType } from './torch-meaning.js';

/** The bytes of a storage. */
export interface StorageBytes {
  readonly bytes: number;
  /** Whether some of them can be had without those before. */
  readonly inParts: boolean;
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Reads from `offset` on, until `out` is full. */
  readInto(offset: number, out: Uint8Array): Promise<void>;
}

/** Where the bytes of all storages are. */
export interface Storages {
  readonly bigEndian: boolean;
  storageOf(storage: TorchStorage): StorageBytes;
}

/** Bytes that a storage takes. @throws CheckpointError `unsupported`. */
export function storageSize(source: Pick<ByteSource, 'name'>, storage: TorchStorage): number {
  const dtype = storageDType(storage);
  if (dtype === undefined) throw unsupported(source, `holds a storage of torch.${storage.type}`, 'convert it in torch');
  return storage.elements * byteSize(dtype);
}

/** The tensors of an unpickled root; each reads only the part of its storage that it views. */
export function torchCheckpoint(source: ByteSource, root: unknown, { bigEndian, storageOf }: Storages): Checkpoint {
  const { tensors, metadata } = collectTensors(source, root);
  const stored = [...tensors].map(([name, tensor]) => {
    const storage = storageOf(tensor.storage);
    const needed = storageSize(source, tensor.storage);
    if (storage.bytes < needed) {
      throw malformed(source, `the storage of '${name}' has ${storage.bytes} bytes and needs ${needed}`);
    }
    return { name, ...viewOf(tensor, storage, bigEndian) };
  });
  return checkpointOf(source, stored, metadata);
}

function viewOf(tensor: TorchTensor, storage: StorageBytes, bigEndian: boolean): Omit<StoredTensor, 'name'> {
  const { dtype, shape, strides, offset } = tensor;
  const itemBytes = byteSize(dtype);
  const start = offset * itemBytes;
  const inOrder = isRowMajor(shape, strides);
  const read = async (): Promise<Uint8Array> => {
    const length = reach({ shape, strides }) * itemBytes;
    const bytes = length === 0 ? new Uint8Array(0) : await storage.read(start, length);
    const native = bigEndian ? swapBytes(bytes, itemBytes) : bytes;
    return inOrder ? native : stridedCopy(native, { shape, strides, offset: 0, itemBytes });
  };
  const plain = inOrder && !bigEndian && storage.inParts && elementCount(shape) > 0;
  if (!plain) return { dtype, shape, read };
  return { dtype, shape, read, readPart: (from, out) => storage.readInto(start + from, out) };
}
