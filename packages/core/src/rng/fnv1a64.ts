/**
 * FNV-1a, 64 bits, of a text's UTF-8 bytes (Fowler, Noll, Vo).
 *
 * In four 16-bit limbs, lowest first: the prime is 2^40 + 0x1b3, and every product stays below 2^31, which engines
 * keep in integer registers. A plan of a large model is megabytes of text.
 *
 * @example fnv1a64('') // 0xcbf29ce484222325n
 */
export function fnv1a64(text: string): bigint {
  let h0 = 0x2325;
  let h1 = 0x8422;
  let h2 = 0x9ce4;
  let h3 = 0xcbf2;
  for (const byte of new TextEncoder().encode(text)) {
    h0 ^= byte;
    const t0 = h0 * 0x1b3;
    const t1 = h1 * 0x1b3 + (t0 >>> 16);
    const t2 = h2 * 0x1b3 + (h0 << 8) + (t1 >>> 16);
    const t3 = h3 * 0x1b3 + (h1 << 8) + (t2 >>> 16);
    h0 = t0 & 0xffff;
    h1 = t1 & 0xffff;
    h2 = t2 & 0xffff;
    h3 = t3 & 0xffff;
  }
  return (BigInt(h3) << 48n) | (BigInt(h2) << 32n) | (BigInt(h1) << 16n) | BigInt(h0);
}
