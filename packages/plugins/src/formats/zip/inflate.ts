import type { ByteSource } from '@incipit/core';
import { Inflate, inflateSync, Unzlib, unzlibSync } from 'fflate';

/** Compressed bytes that are read at first, and at a time after some: who wants a header only has no more unpacked. */
const [FIRST_CHUNK_BYTES, CHUNK_BYTES] = [1 << 9, 1 << 16];
/**
 * Compressed bytes that are unpacked first of those that are there: 512 KiB at most come of them. To begin with a piece alone
 * takes a third of a millisecond more than to unpack all.
 */
export const FIRST_PIECE_BYTES = 512;
/** What is no larger is unpacked at once: to begin a stream takes the platform half a millisecond. */
const [SMALL_PACKED, SMALL_BYTES] = [1 << 16, 1 << 17];

/** Where compressed bytes lie; `deflate` has zlib's header and checksum, `deflate-raw` none. */
export interface Packed {
  readonly offset: number;
  readonly bytes: number;
  readonly form: 'deflate' | 'deflate-raw';
}

/** What comes out beyond `out` is never asked for. @returns bytes of `out` that were filled. */
export async function inflateInto(
  source: ByteSource,
  packed: Packed,
  { from, out }: { readonly from: number; readonly out: Uint8Array },
): Promise<number> {
  const { bytes, form } = packed;
  if (bytes <= SMALL_PACKED && from + out.byteLength <= SMALL_BYTES) {
    const whole = from === 0 ? out : new Uint8Array(from + out.byteLength);
    const filled = inflateSmall(await source.read(packed.offset, bytes), form, whole);
    if (from > 0) out.set(whole.subarray(from));
    return Math.max(0, filled - from);
  }
  const reader = compressedBytes(source, packed).pipeThrough(unpacker(form)).getReader();
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

/** Unpacks until `out` is full, little at first: what begins small may go on without end. @returns what there was of it. */
function inflateSmall(packed: Uint8Array, form: Packed['form'], out: Uint8Array): number {
  const at =
    packed.byteLength <= FIRST_PIECE_BYTES ? inflateWhole(packed, form, out) : inflatePieces(packed, form, out);
  // What is longer than `out` was not unpacked whole.
  if (form === 'deflate' && at === out.byteLength) {
    const sum = new DataView(packed.buffer, packed.byteOffset + packed.byteLength - 4).getUint32(0);
    if (adler32(out) !== sum) throw new Error('its checksum is wrong');
  }
  return Math.min(at, out.byteLength);
}

function inflateWhole(packed: Uint8Array, form: Packed['form'], out: Uint8Array): number {
  return (form === 'deflate' ? unzlibSync : inflateSync)(packed, { out }).byteLength;
}

function inflatePieces(packed: Uint8Array, form: Packed['form'], out: Uint8Array): number {
  let at = 0;
  const keep = (data: Uint8Array): void => {
    if (at < out.byteLength) out.set(data.subarray(0, out.byteLength - at), at);
    at += data.byteLength;
  };
  const inflater = form === 'deflate' ? new Unzlib(keep) : new Inflate(keep);
  let end = 0;
  for (let length = FIRST_PIECE_BYTES; end < packed.byteLength && at <= out.byteLength; length *= 2) {
    const start = end;
    end = Math.min(packed.byteLength, start + length);
    inflater.push(packed.subarray(start, end), end === packed.byteLength);
  }
  return at;
}

/** Checksum of zlib (RFC 1950). */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let start = 0; start < bytes.byteLength; start += 2048) {
    // Sums of so many bytes stay exact.
    for (const byte of bytes.subarray(start, start + 2048)) {
      a += byte;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}

/** The platform's, off this thread; older ones have none for `deflate-raw` (Node before 20.12, Safari before 16.4). */
function unpacker(form: Packed['form']): ReadableWritablePair<Uint8Array, BufferSource> {
  try {
    return new DecompressionStream(form) as ReadableWritablePair<Uint8Array, BufferSource>;
  } catch (error) {
    if (form === 'deflate') throw error;
    return ownUnpacker();
  }
}

/** Gives out what each 4 KiB become, 4 MiB at most, before it takes more. */
function ownUnpacker(): ReadableWritablePair<Uint8Array, BufferSource> {
  const inflater = new Inflate();
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      inflater.ondata = (data) => controller.enqueue(data);
      for (let at = 0; at < chunk.byteLength; at += 4096) inflater.push(chunk.subarray(at, at + 4096));
    },
    flush: () => inflater.push(new Uint8Array(0), true),
  }) as ReadableWritablePair<Uint8Array, BufferSource>;
}

function compressedBytes(source: ByteSource, { offset, bytes }: Packed): ReadableStream<BufferSource> {
  let done = 0;
  let most = FIRST_CHUNK_BYTES;
  return new ReadableStream(
    {
      async pull(controller) {
        const length = Math.min(most, bytes - done);
        most = Math.min(2 * most, CHUNK_BYTES);
        if (length > 0) controller.enqueue((await source.read(offset + done, length)) as Uint8Array<ArrayBuffer>);
        done += length;
        if (done >= bytes) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
