// Blocks of 32 values that share a scale `d`, and for some an offset `m`: value = d · q + m. Each product and sum is
// rounded to float32, as the reference has it. A byte of `qs` holds value k in its low half and value k + 16 in the high.
import { type BlockPlace, byteAt, halfAt, int8At } from './block-bytes.js';

const { fround } = Math;
const HALF = 16;

export function q40({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at);
  for (let k = 0; k < HALF; k++) {
    const pair = byteAt(bytes, at + 2 + k);
    out[to + k] = d * ((pair & 15) - 8);
    out[to + k + HALF] = d * ((pair >> 4) - 8);
  }
}

export function q41({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at);
  const m = halfAt(bytes, at + 2);
  for (let k = 0; k < HALF; k++) {
    const pair = byteAt(bytes, at + 4 + k);
    out[to + k] = fround(d * (pair & 15)) + m;
    out[to + k + HALF] = fround(d * (pair >> 4)) + m;
  }
}

/** The fifth bit of value k is bit k of four bytes. */
function fifthBit(bytes: Uint8Array, at: number, k: number): number {
  return ((byteAt(bytes, at + (k >> 3)) >> (k & 7)) & 1) << 4;
}

export function q50({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at);
  for (let k = 0; k < HALF; k++) {
    const pair = byteAt(bytes, at + 6 + k);
    out[to + k] = d * (((pair & 15) | fifthBit(bytes, at + 2, k)) - 16);
    out[to + k + HALF] = d * (((pair >> 4) | fifthBit(bytes, at + 2, k + HALF)) - 16);
  }
}

export function q51({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at);
  const m = halfAt(bytes, at + 2);
  for (let k = 0; k < HALF; k++) {
    const pair = byteAt(bytes, at + 8 + k);
    out[to + k] = fround(d * ((pair & 15) | fifthBit(bytes, at + 4, k))) + m;
    out[to + k + HALF] = fround(d * ((pair >> 4) | fifthBit(bytes, at + 4, k + HALF))) + m;
  }
}

export function q80({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at);
  for (let k = 0; k < 32; k++) out[to + k] = d * int8At(bytes, at + 2 + k);
}

/** The sixteen values that a half byte of the IQ4 types stands for, by the format. */
const IQ4_VALUES = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

function iq4(place: BlockPlace, d: number, [out, to]: readonly [Float32Array, number]): void {
  for (let k = 0; k < HALF; k++) {
    const pair = byteAt(place.bytes, place.at + k);
    out[to + k] = d * (IQ4_VALUES[pair & 15] ?? 0);
    out[to + k + HALF] = d * (IQ4_VALUES[pair >> 4] ?? 0);
  }
}

export function iq4nl({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  iq4({ bytes, at: at + 2 }, halfAt(bytes, at), [out, to]);
}

/** Eight groups of 32, each with a scale of six bits: four in one place, two in another. */
export function iq4xs({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at);
  const high = byteAt(bytes, at + 2) | (byteAt(bytes, at + 3) << 8);
  for (let group = 0; group < 8; group++) {
    const low = (byteAt(bytes, at + 4 + (group >> 1)) >> (4 * (group & 1))) & 15;
    const scale = fround(d * ((low | (((high >> (2 * group)) & 3) << 4)) - 32));
    iq4({ bytes, at: at + 8 + HALF * group }, scale, [out, to + 32 * group]);
  }
}

/** Twice the sixteen numbers of four bits, sign, exponent and one bit of fraction, of the microscaling formats (OCP). */
const E2M1_DOUBLED = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

/** The scale is a power of two, and its exponent the first byte. */
export function mxfp4({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = 2 ** (byteAt(bytes, at) - 128);
  for (let k = 0; k < HALF; k++) {
    const pair = byteAt(bytes, at + 1 + k);
    out[to + k] = d * (E2M1_DOUBLED[pair & 15] ?? 0);
    out[to + k + HALF] = d * (E2M1_DOUBLED[pair >> 4] ?? 0);
  }
}
