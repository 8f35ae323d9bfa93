import type { ByteSource } from '@incipit/core';
import { malformed } from '../common/checkpoint-of.js';
import { readInto } from '../common/stored-range.js';
import { crc32 } from './crc32.js';
import { inflateInto } from './inflate.js';
import { dataOffset, type ZipEntry } from './read-zip.js';

/** A whole file of an archive, its checksum compared. @throws CheckpointError `malformed`. */
export async function unzip(source: ByteSource, entry: ZipEntry): Promise<Uint8Array> {
  const out = new Uint8Array(entry.bytes);
  await unzipInto(source, entry, { from: 0, out });
  if (crc32(out) !== entry.crc32) throw malformed(source, `the checksum of its file '${entry.name}' is wrong`);
  return out;
}

/** Bytes of a file of an archive, from `from` on, until `out` is full. */
export async function unzipInto(
  source: ByteSource,
  entry: ZipEntry,
  { from, out }: { readonly from: number; readonly out: Uint8Array },
): Promise<void> {
  if (from + out.byteLength > entry.bytes) throw malformed(source, `its file '${entry.name}' is too short`);
  const start = await dataOffset(source, entry);
  if (!entry.deflated) return readInto(source, start + from, out);
  const packed = { offset: start, bytes: entry.storedBytes, form: 'deflate-raw' } as const;
  const filled = await inflateInto(source, packed, { from, out }).catch((cause) => {
    throw malformed(source, `its file '${entry.name}' cannot be unpacked`, cause);
  });
  if (filled < out.byteLength) throw malformed(source, `its file '${entry.name}' unpacks to less than it promises`);
}
