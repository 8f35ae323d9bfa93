import type { ByteSource } from '@incipit/core';
import { truncated } from './checkpoint-of.js';
import { readInto } from './stored-range.js';

/** Files that hold one run of bytes, each a piece of it. */
export function concatenated(name: string, pieces: readonly ByteSource[]): ByteSource {
  const starts: number[] = [];
  let size = 0;
  for (const piece of pieces) {
    starts.push(size);
    size += piece.size;
  }
  const fill = async (offset: number, out: Uint8Array): Promise<void> => {
    if (!(offset >= 0 && offset + out.byteLength <= size)) {
      throw truncated({ name }, `bytes ${offset} to ${offset + out.byteLength} were asked for and it has ${size}`);
    }
    const end = offset + out.byteLength;
    for (let k = lastAt(starts, offset); k < pieces.length; k++) {
      const [piece, start = 0] = [pieces[k], starts[k]];
      if (piece === undefined || start >= end) return;
      const from = Math.max(offset, start);
      const to = Math.min(end, start + piece.size);
      if (from < to) await readInto(piece, from - start, out.subarray(from - offset, to - offset));
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

/** Position of the last number that is not above `value`; the numbers ascend from 0. */
function lastAt(numbers: readonly number[], value: number): number {
  let [low, high] = [0, numbers.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  return low;
}
