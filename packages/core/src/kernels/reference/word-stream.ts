import { STREAM_ROUNDS, threefry, type Words } from '../../rng/threefry.js';

const TWO_32 = 4294967296;

/**
 * The 32-bit words of one stream, in element order: element i takes word i mod 2 of block ⌊i / 2⌋.
 *
 * @param offset index of the first element, a safe integer.
 */
export function* wordStream(key: Words, offset: number, count: number): Generator<number, void, undefined> {
  let block: readonly number[] = [];
  for (let index = offset; index < offset + count; index += 1) {
    const odd = index % 2;
    if (odd === 0 || block.length === 0) block = wordBlock(key, (index - odd) / 2);
    yield block[odd] ?? 0;
  }
}

/** The two words of a block, whose 64-bit counter is its number. */
function wordBlock(key: Words, block: number): [number, number] {
  return threefry(key, [(block % TWO_32) >>> 0, Math.floor(block / TWO_32)], STREAM_ROUNDS);
}
