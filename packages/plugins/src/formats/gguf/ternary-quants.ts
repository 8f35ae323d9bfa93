// Blocks of 256 values that are -1, 0 or 1 times a scale `d`, which comes last.
import { type BlockPlace, byteAt, halfAt } from './block-bytes.js';

/** Four values of two bits in a byte: value k + 32 · n of a group of 128 is in byte k. */
export function tq20({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at + 64);
  for (let k = 0; k < 256; k++) {
    const byte = byteAt(bytes, at + 32 * (k >> 7) + (k & 31));
    out[to + k] = d * (((byte >> (2 * ((k >> 5) & 3))) & 3) - 1);
  }
}

/** Runs of bytes that hold `digits` values each, the run's first values in their first digits. */
const RUNS = [
  { bytes: 32, digits: 5 },
  { bytes: 16, digits: 5 },
  { bytes: 4, digits: 4 },
];

/** A byte is a fraction of 256 in base three: times three, its whole part is the next digit. */
export function tq10({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at + 52);
  let [from, next] = [at, to];
  for (const run of RUNS) {
    for (let k = 0; k < run.bytes; k++) {
      let fraction = byteAt(bytes, from + k);
      for (let digit = 0; digit < run.digits; digit++) {
        out[next + digit * run.bytes + k] = d * (((fraction * 3) >> 8) - 1);
        fraction = (fraction * 3) & 255;
      }
    }
    from += run.bytes;
    next += run.bytes * run.digits;
  }
}
