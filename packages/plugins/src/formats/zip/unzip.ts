import type { ByteSource } from '@incipit/core';
import { malformed } from '../common/checkpoint-of.js';
import { readInto } from '../common/stored-range.js';
import { crc32 } from './crc32.js';
import { dataOffset, type ZipEntry } from './read-zip.js';

/** Compressed bytes that are read at a time. */
const CHUNK_BYTES = 1 << 20;

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
  const filled = await inflateInto(compressedBytes(source, start, entry.storedBytes), from, out).catch((cause) => {
    throw malformed(source, `its file '${entry.name}' cannot be unpacked`, cause);
  });
  if (filled < out.byteLength) throw malformed(source, `its file '${entry.name}' unpacks to less than it promises`);
}

function compressedBytes(source: ByteSource, start: number, bytes: number): ReadableStream<BufferSource> {
  let done = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const length = Math.min(CHUNK_BYTES, bytes - done);
        if (length > 0) controller.enqueue((await source.read(start + done, length)) as Uint8Array<ArrayBuffer>);
        done += length;
        if (done >= bytes) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The platform unpacks; what comes out beyond `out` is never asked for. @returns bytes of `out` that were filled. */
async function inflateInto(packed: ReadableStream<BufferSource>, from: number, out: Uint8Array): Promise<number> {
  const reader = packed.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  let at = -from;
  try {
    while (at < out.byteLength) {
      const { done, value } = await reader.read();
      if (done) break;
      const skipped = Math.min(value.byteLength, Math.max(0, -at));
      at += skipped;
      const part = value.subarray(skipped, skipped + out.byteLength - Math.max(0, at));
      if (part.byteLength > 0) out.set(part, at);
      at += part.byteLength;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return Math.max(0, at);
}
