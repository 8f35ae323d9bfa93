import {
  type ByteSource,
  byteSize,
  type Checkpoint,
  elementCount,
  type ReadAllowance,
  widenFloat8,
} from '@incipit/core';
import {
  checkpointOf,
  type ListedTensor,
  malformed,
  orUnreadable,
  type StoredTensor,
  unsupported,
} from '../common/checkpoint-of.js';
import { isRowMajor, reach, stridedCopy, swapBytes } from '../common/strided-copy.js';
import { collectTensors } from './collect-tensors.js';
import type { TorchStorage, TorchTensor } from './pickle-values.js';
import { storageType } from './torch-types.js';

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
/** A view that reaches further than this, for few of the values there, is not read. */
const [FAR_BYTES, FAR_SHARE] = [64 << 20, 8];

/** Bytes that a storage takes. @throws CheckpointError `unsupported`. */
export function storageSize(source: Pick<ByteSource, 'name'>, { className, elements }: TorchStorage): number {
  const { itemBytes } = storageType(className);
  if (itemBytes === undefined)
    throw unsupported(source, `holds a storage of torch.${className}`, 'convert it in torch');
  return elements * itemBytes;
}

/** What was unpickled. */
interface Unpickled {
  readonly root: unknown;
  readonly allowance: ReadAllowance;
}

/** The tensors of an unpickled root; each reads only the part of its storage that it views. */
export async function torchCheckpoint(
  source: ByteSource,
  { root, allowance }: Unpickled,
  { bigEndian, storageOf }: Storages,
): Promise<Checkpoint> {
  const { tensors, metadata } = collectTensors(source, root);
  const listed: ListedTensor[] = [];
  for (const [name, tensor] of tensors) {
    const make = (): StoredTensor => {
      const storage = storageOf(tensor.storage);
      const needed = storageSize(source, tensor.storage);
      if (storage.bytes < needed) {
        throw malformed(source, `the storage of '${name}' has ${storage.bytes} bytes and needs ${needed}`);
      }
      return viewOf(source, { name, tensor, storage, bigEndian });
    };
    listed.push(await orUnreadable(source, name, { dtype: tensor.type.name, shape: tensor.shape }, make));
  }
  return checkpointOf(source, listed, { allowance, metadata });
}

interface View {
  readonly name: string;
  readonly tensor: TorchTensor;
  readonly storage: StorageBytes;
  readonly bigEndian: boolean;
}

function viewOf(source: ByteSource, { name, tensor, storage, bigEndian }: View): StoredTensor {
  const { type, shape, strides, offset } = tensor;
  const { dtype, itemBytes, float8 } = type;
  if (dtype === undefined || itemBytes === undefined) {
    throw unsupported(source, `holds a tensor of torch.${type.name}`, 'convert it in torch: tensor.float()');
  }
  const start = offset * itemBytes;
  const reached = reach({ shape, strides }) * itemBytes;
  const own = elementCount(shape) * itemBytes;
  if (reached > FAR_BYTES && reached > FAR_SHARE * own) {
    throw unsupported(source, 'holds a tensor that views few of many values', 'clone() it in torch');
  }
  const inOrder = isRowMajor(shape, strides);
  const read = async (): Promise<Uint8Array> => {
    const bytes = reached === 0 ? new Uint8Array(0) : await storage.read(start, reached);
    const native = bigEndian ? swapBytes(bytes, itemBytes) : bytes;
    const ordered = inOrder ? native : stridedCopy(native, { shape, strides, offset: 0, itemBytes });
    return float8 === undefined ? ordered : widenFloat8(ordered, float8);
  };
  const cost = (inOrder ? 0 : reached) + elementCount(shape) * byteSize(dtype) + (storage.inParts ? 0 : start);
  const plain = inOrder && !bigEndian && storage.inParts && float8 === undefined && own > 0;
  if (!plain) return { name, dtype, shape, cost, read };
  return { name, dtype, shape, read, readPart: (from, out) => storage.readInto(start + from, out) };
}
