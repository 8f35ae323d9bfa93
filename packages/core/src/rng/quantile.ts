import { FIRST_OCTAVE, QUANTILE_TABLE } from './quantile-table.js';
import { multiplyHigh } from './wide-multiply.js';

/** The largest magnitude that a word can give: 6.338 σ in units of 2^-28 σ, of the word 0. */
export const LARGEST_QUANTILE: number = QUANTILE_TABLE[-FIRST_OCTAVE * 64] ?? 0;

/**
 * Evaluates the table's cubic.
 *
 * @param octave position of the leading bit of p · 2^32, plus one.
 * @param normalized the 32 bits of p from its leading one.
 * @returns |z| in units of 2^-28, truncating shifts.
 */
function evaluateCubic(octave: number, normalized: number): number {
  const row = ((octave - FIRST_OCTAVE) * 16 + ((normalized >>> 27) & 15)) * 4;
  const t = normalized << 5;
  const c0 = QUANTILE_TABLE[row] ?? 0;
  const c1 = QUANTILE_TABLE[row + 1] ?? 0;
  const c2 = QUANTILE_TABLE[row + 2] ?? 0;
  const c3 = QUANTILE_TABLE[row + 3] ?? 0;
  // t has 26 bits, at the top of the word.
  const tHigh = t & ~63;
  const s2 = c2 - (Math.imul(c3, tHigh >>> 17) >>> 15);
  const s1 = c1 - multiplyHigh(s2 * 4, tHigh >>> 0);
  return c0 - (multiplyHigh(s1, tHigh >>> 0) >>> 3);
}

/**
 * Standard normal quantile of a word: bit 31 is the sign, the other 31 bits m stand for the tail p = (m + 1/2) / 2^32.
 *
 * @returns signed integer in units of 2^-28, |z| <= {@link LARGEST_QUANTILE}.
 */
export function quantileOfWord(word: number): number {
  // 2m + 1 is never 0.
  const odd = ((word << 1) | 1) >>> 0;
  const zeros = Math.clz32(odd);
  const magnitude = evaluateCubic(31 - zeros, (odd << zeros) >>> 0);
  // An integer has no -0.
  return word >>> 31 === 1 ? -magnitude | 0 : magnitude;
}

/**
 * Standard normal quantile of a 64-bit probability P / 2^64, which keeps its tails to p = 2^-50 (7.95 σ).
 *
 * @param high high word of P.
 * @param low low word of P.
 * @returns signed integer in units of 2^-28.
 */
export function quantileOfProbability(high: number, low: number): number {
  const upper = high >>> 31 === 1;
  // The upper half is the lower half of the complement; its ten lowest bits are dropped so that 53 remain.
  const h = (upper ? ~high : high) >>> 0;
  const l = ((upper ? ~low : low) & ~1023) >>> 0;
  const magnitude = tailQuantile(h, l);
  return upper ? magnitude : -magnitude | 0;
}

function tailQuantile(high: number, low: number): number {
  if (high !== 0) {
    const zeros = Math.clz32(high);
    return evaluateCubic(32 - zeros, ((high << zeros) | ((low >>> 1) >>> (31 - zeros))) >>> 0);
  }
  // No tail is thinner than 2^-50.
  const floored = Math.max(low, 1 << 14);
  const zeros = Math.clz32(floored);
  return evaluateCubic(-zeros, (floored << zeros) >>> 0);
}
