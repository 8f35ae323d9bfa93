/** High words of the products of 32-bit integers, by halves of 16 bits: WGSL has no wider product. */
export const MULTIPLY_HIGH: string = `
fn multiply_high(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let middle = ah * bl + ((al * bl) >> 16u);
  let carry = al * bh + (middle & 0xffffu);
  return ah * bh + (middle >> 16u) + (carry >> 16u);
}
`;

/** As `multiplyHighSigned` of `rng/wide-multiply.ts`: the first factor is below 2^31. */
export const MULTIPLY_HIGH_SIGNED: string = `
fn multiply_high_signed(a: u32, b: i32) -> u32 {
  return multiply_high(a, bitcast<u32>(b)) - select(0u, a, b < 0i);
}
`;

/** An integer to 24 significant bits, to nearest even, times 2^(8 - leading zeros). */
const ROUND_TO_24: string = `
fn round_to_24(value: u32, zeros: u32) -> u32 {
  let top = value << zeros;
  let kept = top >> 8u;
  return kept + select(0u, 1u, (top & 0xffu) + (kept & 1u) > 128u);
}
`;

/**
 * Bits of float32(value) · scale, each rounded to nearest even; value in [1, 2^32), scale a normal float32 of which
 * value · scale is one too. Shaders may round their own float operations otherwise, and flush subnormals.
 *
 * The product of two significands of 24 bits, in halves of 12, has 47 or 48; 24 and one for rounding are kept in `head`.
 */
export const SCALED: string = `${ROUND_TO_24}
fn scaled(value: u32, scale: u32) -> u32 {
  let zeros = countLeadingZeros(value);
  let r = round_to_24(value, zeros);
  let m = (scale & 0x7fffffu) | 0x800000u;
  let rh = r >> 12u;
  let rl = r & 4095u;
  let mh = m >> 12u;
  let ml = m & 4095u;
  let middle = rh * ml + rl * mh;
  let lower = ((middle & 4095u) << 12u) + rl * ml;
  let high = rh * mh + (middle >> 12u) + (lower >> 24u);
  let low = lower & 0xffffffu;
  let shift = countLeadingZeros(high) - 7u;
  let head = (high << shift) | (low >> (24u - shift));
  let sticky = select(0u, 1u, ((low << shift) & 0xffffffu) != 0u);
  let significand = (head + (((head >> 1u) & 1u) | sticky)) >> 1u;
  let exponent = (scale >> 23u) + 32u - zeros - shift;
  return min((exponent << 23u) + significand, 0x7f800000u);
}
`;

/**
 * Bits of float32(coordinate) · step, rounded to nearest even; step is a power of two, 2^-149 or more, so that the
 * product is exact. It may be subnormal.
 */
export const ON_GRID: string = `${ROUND_TO_24}
fn on_grid(coordinate: i32, step: u32) -> u32 {
  let magnitude = bitcast<u32>(abs(coordinate));
  if (magnitude == 0u) { return 0u; }
  let zeros = countLeadingZeros(magnitude);
  let r = round_to_24(magnitude, zeros);
  let power = select(i32(step >> 23u) - 127i, -118i - i32(countLeadingZeros(step)), step < 0x800000u);
  let exponent = 158i - i32(zeros) + power;
  let normal = min((u32(max(exponent, 1i) - 1i) << 23u) + r, 0x7f800000u);
  let bits = select(r >> u32(clamp(1i - exponent, 0i, 31i)), normal, exponent >= 1i);
  return bits | (bitcast<u32>(coordinate) & 0x80000000u);
}
`;
