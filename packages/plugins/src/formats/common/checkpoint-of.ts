import {
  type ByteSource,
  byteSize,
  type Checkpoint,
  type CheckpointEntry,
  CheckpointError,
  type DType,
  elementCount,
  MAX_NAME,
  noTensor,
  type ReadAllowance,
  type Shape,
  shortened,
  shownValue,
  type UnreadableEntry,
} from '@incipit/core';

/** One tensor that a file lists, and how its bytes are had: row-major, little-endian, in this dtype. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  /** Bytes that are unpacked or copied to read it, where those are more than its own. */
  readonly cost?: number;
  read(): Promise<Uint8Array>;
  /** Absent where the bytes cannot be had in parts: compressed, strided. */
  readPart?(byteOffset: number, out: Uint8Array): Promise<void>;
}

/** One that can be listed only. */
export interface UnreadableTensor extends UnreadableEntry {
  readonly name: string;
}

export type ListedTensor = StoredTensor | UnreadableTensor;

/** What a file has beside its tensors. */
export interface Listing {
  readonly allowance: ReadAllowance;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Bytes of all files that hold the tensors; those of the source when absent. */
  readonly stored?: number;
}

/** More would not fit an ArrayBuffer on any engine. */
const MAX_TENSOR_BYTES = 2 ** 43;
const MAX_AXES = 64;
/** What a tensor takes that is listed: objects, functions, its place in the maps. */
const LISTED_BYTES = 1024;

/**
 * A checkpoint of the tensors that a format's reader has found.
 *
 * @throws CheckpointError `malformed` when two have one name, or a shape is impossible; `too-large`; what is wrong with the
 * first when none can be read.
 */
export function checkpointOf(
  source: ByteSource,
  listed: readonly ListedTensor[],
  { allowance, metadata = {}, stored = source.size }: Listing,
): Checkpoint {
  const entries: Record<string, CheckpointEntry> = Object.create(null) as Record<string, CheckpointEntry>;
  const unreadable: Record<string, UnreadableEntry> = Object.create(null) as Record<string, UnreadableEntry>;
  const byName = new Map<string, ListedTensor>();
  let at = 0;
  let cost = 0;
  for (const tensor of listed) {
    const { name } = tensor;
    allowance.spend(source, LISTED_BYTES + 2 * name.length);
    if (name.length > MAX_NAME) throw malformed(source, `a tensor has a name of ${name.length} characters`);
    if (byName.has(name)) throw malformed(source, `two tensors are named '${shortened(name)}'`);
    byName.set(name, tensor);
    if ('reason' in tensor) {
      const { name: _, ...entry } = tensor;
      unreadable[name] = entry;
      continue;
    }
    const byteLength = bytesOf(source, tensor);
    entries[name] = { dtype: tensor.dtype, shape: tensor.shape, byteOffset: at, byteLength };
    at += byteLength;
    cost += Math.max(byteLength, tensor.cost ?? 0);
  }
  allowance.checkExpansion(source, stored, cost);
  const some = Object.keys(unreadable);
  const header = {
    source: source.name,
    tensors: entries,
    metadata,
    ...(some.length > 0 ? { unreadable } : {}),
  };
  if (at === 0 && some[0] !== undefined && some.length === listed.length) throw noTensor(header, some[0]);
  const find = (name: string): StoredTensor => {
    const found = byName.get(name);
    if (found !== undefined && !('reason' in found)) return found;
    throw noTensor(header, name);
  };
  return {
    header,
    read: (name) => inMemory(source, name, async () => find(name).read()),
    async readPart(name, from, out) {
      const tensor = find(name);
      await tensor.readPart?.(from, out);
      return tensor.readPart !== undefined;
    },
    close: () => source.close(),
  };
}

/** An engine has less memory than a tensor needs. @throws CheckpointError `too-large`. */
async function inMemory(source: ByteSource, name: string, read: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CheckpointError({
      code: 'too-large',
      what: `tensor '${shortened(name)}' of '${source.name}' does not fit the memory`,
      cause,
    });
  }
}

/** What `make` gives; where that has a form that is not read, a tensor that is listed only. */
export async function orUnreadable(
  source: Pick<ByteSource, 'name'>,
  name: string,
  heading: { readonly dtype: string; readonly shape?: Shape | undefined },
  make: () => StoredTensor | Promise<StoredTensor>,
): Promise<ListedTensor> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.code !== 'unsupported') throw error;
    const start = `'${source.name}' `;
    const what = error.what.startsWith(start) ? `the file ${error.what.slice(start.length)}` : error.what;
    const { dtype, shape } = heading;
    const reason = error.fix === undefined ? what : `${what}; ${error.fix}`;
    return { name, dtype: shortened(dtype), reason, ...(shape === undefined ? {} : { shape }) };
  }
}

/** Bytes of a tensor whose shape was checked. @throws CheckpointError `malformed`. */
export function bytesOf(source: ByteSource, tensor: Pick<StoredTensor, 'name' | 'dtype' | 'shape'>): number {
  const { name, dtype, shape } = tensor;
  const bytes = elementCount(shape) * byteSize(dtype);
  const extents = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (!extents || shape.length > MAX_AXES || !(bytes <= MAX_TENSOR_BYTES)) {
    throw malformed(source, `tensor '${shortened(name)}' has the impossible shape ${shownValue(shape)}`);
  }
  return bytes;
}

/** A file that breaks the rules of its format. */
export function malformed(source: Pick<ByteSource, 'name'>, what: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    code: 'malformed',
    what: `'${source.name}' is damaged or not what its format promises: ${shortened(what, MAX_MESSAGE)}`,
    fix: 'download or write the file again',
    cause,
  });
}

/** Names in a file may be of any length. */
const MAX_MESSAGE = 1000;

/** A file that ends before its data does. */
export function truncated(source: Pick<ByteSource, 'name'>, what: string): CheckpointError {
  return new CheckpointError({
    code: 'truncated',
    what: `'${source.name}' is truncated: ${shortened(what, MAX_MESSAGE)}`,
    fix: 'download or copy the file again',
  });
}

/** A file that is sound, with something in it that is not read. */
export function unsupported(source: Pick<ByteSource, 'name'>, what: string, fix?: string): CheckpointError {
  return new CheckpointError({
    code: 'unsupported',
    what: `'${source.name}' ${shortened(what, MAX_MESSAGE)}`,
    ...(fix ? { fix } : {}),
  });
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
