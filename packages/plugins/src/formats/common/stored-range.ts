import type { ByteSource } from '@incipit/core';
import { bytesOf, type StoredTensor, truncated } from './checkpoint-of.js';

/**
 * A tensor whose bytes lie in the file as they are wanted.
 *
 * @throws CheckpointError `truncated` when the file ends before them.
 */
export function storedRange(
  source: ByteSource,
  offset: number,
  heading: Pick<StoredTensor, 'name' | 'dtype' | 'shape'>,
): StoredTensor {
  const bytes = bytesOf(source, heading);
  if (!(offset >= 0 && offset + bytes <= source.size)) {
    throw truncated(source, `tensor '${heading.name}' ends at byte ${offset + bytes} and the file at ${source.size}`);
  }
  return {
    ...heading,
    read: () => source.read(offset, bytes),
    readPart: (from, out) => readInto(source, offset + from, out),
  };
}

/** Reads into memory of the caller's. */
export async function readInto(source: ByteSource, offset: number, out: Uint8Array): Promise<void> {
  if (source.readInto === undefined) out.set(await source.read(offset, out.byteLength));
  else await source.readInto(offset, out);
}
