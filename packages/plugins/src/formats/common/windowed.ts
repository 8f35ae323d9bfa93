import type { ByteSource } from '@incipit/core';

const WINDOW_BYTES = 16 << 10;
/** What is longer is read by itself. */
const SHORT_BYTES = 1 << 10;

/** A source whose short reads, one after the other, are served by one longer read. */
export function windowed(source: ByteSource): ByteSource {
  let window: Uint8Array = new Uint8Array(0);
  let start = 0;
  const { readInto: _, ...rest } = source;
  return {
    ...rest,
    async read(offset, length) {
      if (length > SHORT_BYTES || !(offset >= 0 && offset + length <= source.size)) return source.read(offset, length);
      let [bytes, from] = [window, start];
      if (offset < from || offset + length > from + bytes.byteLength) {
        from = offset;
        bytes = await source.read(offset, Math.min(WINDOW_BYTES, source.size - offset));
        window = bytes;
        start = from;
      }
      return bytes.slice(offset - from, offset - from + length);
    },
  };
}
