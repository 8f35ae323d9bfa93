import {
  type ByteSource,
  byteSize,
  type Checkpoint,
  type CheckpointEntry,
  CheckpointError,
  type DType,
  elementCount,
  formatShape,
  type Shape,
} from '@incipit/core';

/** One tensor that a file lists, and how its bytes are had: row-major, little-endian, in this dtype. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  read(): Promise<Uint8Array>;
  /** Absent where the bytes cannot be had in parts: compressed, strided. */
  readPart?(byteOffset: number, out: Uint8Array): Promise<void>;
}

/** More would not fit an ArrayBuffer on any engine. */
const MAX_TENSOR_BYTES = 2 ** 43;
const MAX_AXES = 64;

/**
 * A checkpoint of the tensors that a format's reader has found.
 *
 * @throws CheckpointError `malformed` when two have one name, or a shape is impossible.
 */
export function checkpointOf(
  source: ByteSource,
  tensors: readonly StoredTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Checkpoint {
  const entries: Record<string, CheckpointEntry> = Object.create(null) as Record<string, CheckpointEntry>;
  const byName = new Map<string, StoredTensor>();
  let at = 0;
  for (const tensor of tensors) {
    const { name, dtype, shape } = tensor;
    if (byName.has(name)) throw malformed(source, `two tensors are named '${name}'`);
    const byteLength = bytesOf(source, tensor);
    byName.set(name, tensor);
    entries[name] = { dtype, shape, byteOffset: at, byteLength };
    at += byteLength;
  }
  const find = (name: string): StoredTensor => {
    const found = byName.get(name);
    if (found !== undefined) return found;
    throw new CheckpointError({ code: 'unknown-tensor', what: `'${source.name}' holds no tensor '${name}'` });
  };
  return {
    header: { source: source.name, tensors: entries, metadata },
    read: async (name) => find(name).read(),
    async readPart(name, from, out) {
      const tensor = find(name);
      await tensor.readPart?.(from, out);
      return tensor.readPart !== undefined;
    },
    close: () => source.close(),
  };
}

/** Bytes of a tensor whose shape was checked. @throws CheckpointError `malformed`. */
export function bytesOf(source: ByteSource, tensor: Pick<StoredTensor, 'name' | 'dtype' | 'shape'>): number {
  const { name, dtype, shape } = tensor;
  const bytes = elementCount(shape) * byteSize(dtype);
  const extents = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (!extents || shape.length > MAX_AXES || !(bytes <= MAX_TENSOR_BYTES)) {
    throw malformed(source, `tensor '${name}' has the impossible shape ${formatShape(shape)}`);
  }
  return bytes;
}

/** A file that breaks the rules of its format. */
export function malformed(source: Pick<ByteSource, 'name'>, what: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    code: 'malformed',
    what: `'${source.name}' is damaged or not what its format promises: ${what}`,
    fix: 'download or write the file again',
    cause,
  });
}

/** A file that ends before its data does. */
export function truncated(source: Pick<ByteSource, 'name'>, what: string): CheckpointError {
  return new CheckpointError({
    code: 'truncated',
    what: `'${source.name}' is truncated: ${what}`,
    fix: 'download or copy the file again',
  });
}

/** A file that is sound, with something in it that is not read. */
export function unsupported(source: Pick<ByteSource, 'name'>, what: string, fix?: string): CheckpointError {
  return new CheckpointError({ code: 'unsupported', what: `'${source.name}' ${what}`, ...(fix ? { fix } : {}) });
}

/**
 * Opens a source with a reader, and closes it where the reader fails. What is thrown that is no CheckpointError is one of
 * the reader's library, or a number that was too large for an array: the file is to blame.
 */
export async function opening(source: ByteSource, open: () => Promise<Checkpoint>): Promise<Checkpoint> {
  try {
    return await open();
  } catch (error) {
    await source.close();
    if (error instanceof CheckpointError) throw error;
    throw malformed(source, error instanceof Error ? error.message : String(error), error);
  }
}
