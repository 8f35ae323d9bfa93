const POLYNOMIAL = 0xedb88320;

/** The checksum's change by a byte that 0 to 7 others follow. Signed, since engines keep unsigned numbers as floats. */
const TABLE = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = timesX(value);
  TABLE[byte] = value;
}
for (let at = 256; at < TABLE.length; at++) TABLE[at] = step(TABLE[at - 256] ?? 0, 0);

function step(value: number, byte: number): number {
  return (value >>> 8) ^ (TABLE[(value ^ byte) & 255] ?? 0);
}

/** A polynomial over bits, its lowest power in the highest bit, times x, modulo the checksum's. */
function timesX(value: number): number {
  return value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
}

/** Checksum of zip archives, eight bytes at a time ("slicing"). @param before that of the bytes before these. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  const whole = bytes.byteLength - (bytes.byteLength % 8);
  for (let at = 0; at < whole; at += 8) {
    const first = value ^ fourBytes(bytes, at);
    const second = fourBytes(bytes, at + 4);
    value = afterFour(first, 1024) ^ afterFour(second, 0);
  }
  for (let at = whole; at < bytes.byteLength; at++) value = step(value, bytes[at] ?? 0);
  return ~value >>> 0;
}

function fourBytes(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

/** @param table where the part of the table begins for what follows the four bytes. */
function afterFour(bytes: number, table: number): number {
  return (
    (TABLE[table + 768 + (bytes & 255)] ?? 0) ^
    (TABLE[table + 512 + ((bytes >>> 8) & 255)] ?? 0) ^
    (TABLE[table + 256 + ((bytes >>> 16) & 255)] ?? 0) ^
    (TABLE[table + (bytes >>> 24)] ?? 0)
  );
}

/** Checksum of two pieces end to end, from their own: the first, times x to the power of the second's bits, plus the second. */
export function joinCrc32(first: number, second: number, secondBytes: number): number {
  const X8 = 0x00800000;
  let shifted = first;
  let power = X8;
  for (let rest = secondBytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) shifted = multiply(shifted, power);
    power = multiply(power, power);
  }
  return (shifted ^ second) >>> 0;
}

function multiply(a: number, b: number): number {
  let product = 0;
  let term = b;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= term;
    term = timesX(term);
  }
  return product >>> 0;
}
