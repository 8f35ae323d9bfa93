import type { Words } from './threefry.js';

/**
 * FNV-1a, 64 bits, of a text's UTF-8 bytes (Fowler, Noll, Vo).
 *
 * @example fnv1a64('') // 0xcbf29ce484222325n
 */
export function fnv1a64(text: string): bigint {
  const [low, high] = fnv1a64Words(text);
  return (BigInt(high) << 32n) | BigInt(low);
}

const UTF8 = new TextEncoder();
const ASCII = /^[\x20-\x7e]*$/;
const SHORT = 256;

/**
 * The same as two words, low first.
 *
 * In four 16-bit limbs, lowest first: the prime is 2^40 + 0x1b3, and every product stays below 2^31, which engines
 * keep in integer registers. A plan of a large model is megabytes of text.
 */
export function fnv1a64Words(text: string): Words {
  let h0 = 0x2325;
  let h1 = 0x8422;
  let h2 = 0x9ce4;
  let h3 = 0xcbf2;
  // ASCII is its own UTF-8, and to call the encoder takes longer than to hash a path.
  const bytes = text.length < SHORT && ASCII.test(text) ? undefined : UTF8.encode(text);
  const length = bytes?.length ?? text.length;
  for (let i = 0; i < length; i++) {
    h0 ^= bytes === undefined ? text.charCodeAt(i) : (bytes[i] ?? 0);
    const t0 = h0 * 0x1b3;
    const t1 = h1 * 0x1b3 + (t0 >>> 16);
    const t2 = h2 * 0x1b3 + (h0 << 8) + (t1 >>> 16);
    const t3 = h3 * 0x1b3 + (h1 << 8) + (t2 >>> 16);
    h0 = t0 & 0xffff;
    h1 = t1 & 0xffff;
    h2 = t2 & 0xffff;
    h3 = t3 & 0xffff;
  }
  return [((h1 << 16) | h0) >>> 0, ((h3 << 16) | h2) >>> 0];
}
