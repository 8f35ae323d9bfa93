// Blocks of 256 values in groups of 16 or 32, each with a small scale of its own under the block's scale `d` (and `dmin`):
// value = d · scale · q − dmin · min. Each product and difference is rounded to float32, as the reference has it.
import { type BlockPlace, byteAt, halfAt, int8At } from './block-bytes.js';

const { fround } = Math;

/** 16 scales and mins (half a byte each), 64 bytes of two bits, d, dmin. */
export function q2k({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at + 80);
  const dmin = halfAt(bytes, at + 82);
  for (let group = 0; group < 16; group++) {
    const scales = byteAt(bytes, at + group);
    const scale = fround(d * (scales & 15));
    const min = fround(dmin * (scales >> 4));
    for (let k = 0; k < 16; k++) {
      const q = twoBits(bytes, at + 16, 16 * group + k);
      out[to + 16 * group + k] = fround(scale * q) - min;
    }
  }
}

/** Value v of 128 lies in byte v % 32, in the two bits that v / 32 tells. */
function twoBits(bytes: Uint8Array, at: number, v: number): number {
  return (byteAt(bytes, at + 32 * (v >> 7) + (v & 31)) >> (2 * ((v >> 5) & 3))) & 3;
}

/** 32 bytes of third bits, 64 of two bits, 12 of scales (six bits each), d. A third bit that is unset means minus 4. */
export function q3k({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at + 108);
  for (let group = 0; group < 16; group++) {
    const low = (byteAt(bytes, at + 96 + (group & 7)) >> (4 * (group >> 3))) & 15;
    const high = (byteAt(bytes, at + 104 + (group & 3)) >> (2 * (group >> 2))) & 3;
    const scale = fround(d * ((low | (high << 4)) - 32));
    for (let k = 0; k < 16; k++) {
      const v = 16 * group + k;
      const third = (byteAt(bytes, at + (v & 31)) >> (v >> 5)) & 1;
      out[to + v] = scale * (twoBits(bytes, at + 32, v) - (third ? 0 : 4));
    }
  }
}

/** Scale and min of group 0 to 7, six bits each, out of 12 bytes. */
function scaleAndMin(bytes: Uint8Array, at: number, group: number): readonly [number, number] {
  const d = byteAt(bytes, at + (group & 3));
  const m = byteAt(bytes, at + 4 + (group & 3));
  if (group < 4) return [d & 63, m & 63];
  const both = byteAt(bytes, at + 4 + group);
  return [(both & 15) | ((d >> 2) & 48), (both >> 4) | ((m >> 2) & 48)];
}

/** d, dmin, 12 bytes of scales and mins, 128 of four bits. */
export function q4k({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  fourBits({ bytes, at: at + 16 }, { header: at, fifth: undefined }, [out, to]);
}

/** As Q4_K, with 32 bytes of fifth bits before the four bits. */
export function q5k({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  fourBits({ bytes, at: at + 48 }, { header: at, fifth: at + 16 }, [out, to]);
}

function fourBits(
  { bytes, at }: BlockPlace,
  { header, fifth }: { readonly header: number; readonly fifth: number | undefined },
  [out, to]: readonly [Float32Array, number],
): void {
  const d = halfAt(bytes, header);
  const dmin = halfAt(bytes, header + 2);
  for (let group = 0; group < 8; group++) {
    const [factor, offset] = scaleAndMin(bytes, header + 4, group);
    const scale = fround(d * factor);
    const min = fround(dmin * offset);
    for (let k = 0; k < 32; k++) {
      const low = (byteAt(bytes, at + 32 * (group >> 1) + k) >> (4 * (group & 1))) & 15;
      const high = fifth === undefined ? 0 : ((byteAt(bytes, fifth + k) >> group) & 1) << 4;
      out[to + 32 * group + k] = fround(scale * (low | high)) - min;
    }
  }
}

/** 128 bytes of four bits, 64 of two bits above them, 16 signed scales, d. */
export function q6k({ bytes, at }: BlockPlace, out: Float32Array, to: number): void {
  const d = halfAt(bytes, at + 208);
  for (let group = 0; group < 16; group++) {
    const scale = fround(d * int8At(bytes, at + 192 + group));
    for (let k = 0; k < 16; k++) {
      const v = 16 * group + k;
      const low = (byteAt(bytes, at + 64 * (v >> 7) + (v & 63)) >> (4 * ((v >> 6) & 1))) & 15;
      out[to + v] = scale * ((low | (twoBits(bytes, at + 128, v) << 4)) - 32);
    }
  }
}
