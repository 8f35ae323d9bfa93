/**
 * High 32 bits of the product of two unsigned 32-bit integers. Halves of 16 bits keep every product exact in float64.
 */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + (middle >>> 16) + (carry >>> 16);
}

/** High 32 bits, as a signed integer, of an unsigned integer below 2^31 times a signed one; rounds down. */
export function multiplyHighSigned(a: number, b: number): number {
  return (multiplyHigh(a, b >>> 0) - (b < 0 ? a : 0)) | 0;
}
