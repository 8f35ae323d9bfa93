import type { ByteSource } from '@incipit/core';

/** Compressed bytes that are read at a time. */
const CHUNK_BYTES = 1 << 20;

/** Where compressed bytes lie; `deflate` has zlib's header, `deflate-raw` none. */
export interface Packed {
  readonly offset: number;
  readonly bytes: number;
  readonly form: 'deflate' | 'deflate-raw';
}

/** The platform unpacks; what comes out beyond `out` is never asked for. @returns bytes of `out` that were filled. */
export async function inflateInto(
  source: ByteSource,
  { offset, bytes, form }: Packed,
  { from, out }: { readonly from: number; readonly out: Uint8Array },
): Promise<number> {
  const reader = compressedBytes(source, offset, bytes).pipeThrough(new DecompressionStream(form)).getReader();
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
