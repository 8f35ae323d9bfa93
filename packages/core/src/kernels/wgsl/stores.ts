import type { FloatDType } from '../../ir/dtype.js';

/** Two elements, and whether each belongs to the slice; a cell has one half that does not only at the slice's ends. */
const STORE_PAIR = `
fn store(at: u32, pair: vec2<u32>, first: bool, second: bool) {
  if (first && second) { cells[at] = pair; }
  else if (first) { cells[at].x = pair.x; }
  else { cells[at].y = pair.y; }
}
`;
const STORE_PACKED = `
fn store(at: u32, pair: vec2<u32>, first: bool, second: bool) {
  let packed = pair.x | (pair.y << 16u);
  if (first && second) { cells[at] = packed; }
  else if (first) { cells[at] = (cells[at] & 0xffff0000u) | pair.x; }
  else { cells[at] = (cells[at] & 0xffffu) | (packed & 0xffff0000u); }
}
`;

/** Clamps bits of float32 by value. As signed integers they are in order once a negative's magnitude is flipped. */
export const CLAMP: string = `
fn ordered(bits: u32) -> i32 {
  let signed = bitcast<i32>(bits);
  return signed ^ ((signed >> 31u) & 0x7fffffffi);
}
fn clamped(bits: u32, low: u32, high: u32) -> u32 {
  let kept = clamp(ordered(bits), ordered(low), ordered(high));
  return bitcast<u32>(kept ^ ((kept >> 31u) & 0x7fffffffi));
}
`;

const ROUND_TO_BFLOAT16 = `
fn rounded(bits: u32) -> u32 { return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u; }
`;

/** Below 2^-14 the unit is 2^-24: the significand goes right by 126 less its exponent field, 25 or more leave 0. */
const ROUND_TO_FLOAT16 = `
fn rounded(bits: u32) -> u32 {
  let magnitude = bits & 0x7fffffffu;
  let sign = (bits >> 16u) & 0x8000u;
  if (magnitude >= 0x38800000u) {
    return sign | ((magnitude + 0xfffu + ((magnitude >> 13u) & 1u) - 0x38000000u) >> 13u);
  }
  let shift = min(126u - (magnitude >> 23u), 25u);
  let significand = (magnitude & 0x7fffffu) | 0x800000u;
  let kept = significand >> shift;
  let dropped = significand & ((1u << shift) - 1u);
  return sign | (kept + select(0u, 1u, dropped + (kept & 1u) > (1u << (shift - 1u))));
}
`;

interface StoreText {
  /** Type of a cell, which holds two elements. */
  readonly cell: string;
  readonly store: string;
  /** `fn rounded(bits: u32) -> u32`: bits of float32 to bits of the dtype, once, to nearest even. */
  readonly round: string;
}

export const STORE_TEXTS: Readonly<Record<FloatDType, StoreText>> = {
  float32: { cell: 'vec2<u32>', store: STORE_PAIR, round: 'fn rounded(bits: u32) -> u32 { return bits; }\n' },
  float16: { cell: 'u32', store: STORE_PACKED, round: ROUND_TO_FLOAT16 },
  bfloat16: { cell: 'u32', store: STORE_PACKED, round: ROUND_TO_BFLOAT16 },
};
