import { FIRST_OCTAVE } from '../../rng/quantile-table.js';

/** The table's cubic, as `rng/quantile.ts` evaluates it. */
const CUBIC = `
fn cubic(octave: i32, normalized: u32) -> u32 {
  let c = table[u32(octave + ${-FIRST_OCTAVE}i) * 16u + ((normalized >> 27u) & 15u)];
  let t = (normalized << 5u) & 0xffffffc0u;
  let s2 = c.z - ((c.w * (t >> 17u)) >> 15u);
  let s1 = c.y - multiply_high(s2 << 2u, t);
  return c.x - (multiply_high(s1, t) >> 3u);
}
`;

/** A quantile is a magnitude in units of 2^-28 and a sign in the top bit of the second word. */
export const QUANTILE_OF_WORD: string = `${CUBIC}
fn quantile_of_word(word: u32) -> vec2<u32> {
  let odd = (word << 1u) | 1u;
  let zeros = countLeadingZeros(odd);
  return vec2(cubic(31i - i32(zeros), odd << zeros), word);
}
`;

/** Of P = start + ⌊word · width / 2^32⌋ in 64 bits. */
export const QUANTILE_OF_PROBABILITY: string = `${CUBIC}
fn tail(high: u32, low: u32) -> u32 {
  if (high != 0u) {
    let zeros = countLeadingZeros(high);
    return cubic(32i - i32(zeros), (high << zeros) | ((low >> 1u) >> (31u - zeros)));
  }
  let floored = max(low, 0x4000u);
  let zeros = countLeadingZeros(floored);
  return cubic(-i32(zeros), floored << zeros);
}
fn quantile_between(word: u32, start: vec2<u32>, width: vec2<u32>) -> vec2<u32> {
  let part = start.y + word * width.x;
  let low = part + multiply_high(word, width.y);
  let carries = select(0u, 1u, part < start.y) + select(0u, 1u, low < part);
  let high = start.x + multiply_high(word, width.x) + carries;
  let upper = 0u - (high >> 31u);
  return vec2(tail(high ^ upper, (low ^ upper) & 0xfffffc00u), ~upper);
}
`;
