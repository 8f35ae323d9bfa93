import type { ByteSource } from '@incipit/core';
import { truncated } from './checkpoint-of.js';
import { readInto } from './stored-range.js';

/** Files that hold one run of bytes, each a piece of it. */
export function concatenated(name: string, pieces: readonly ByteSource[]): ByteSource {
  const size = pieces.reduce((sum, piece) => sum + piece.size, 0);
  const fill = async (offset: number, out: Uint8Array): Promise<void> => {
    if (!(offset >= 0 && offset + out.byteLength <= size)) {
      throw truncated({ name }, `bytes ${offset} to ${offset + out.byteLength} were asked for and it has ${size}`);
    }
    let start = 0;
    for (const piece of pieces) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + out.byteLength, start + piece.size);
      if (from < to) await readInto(piece, from - start, out.subarray(from - offset, to - offset));
      start += piece.size;
    }
  };
  return {
    name,
    size,
    readInto: fill,
    async read(offset, length) {
      if (!(offset >= 0 && offset + length <= size)) {
        throw truncated({ name }, `bytes ${offset} to ${offset + length} were asked for and it has ${size}`);
      }
      const out = new Uint8Array(length);
      await fill(offset, out);
      return out;
    },
    async close() {
      for (const piece of pieces) await piece.close();
    },
  };
}
