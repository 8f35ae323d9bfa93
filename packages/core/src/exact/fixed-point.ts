import { bitLength, toDyadic } from './binary64.js';

/*
 * Fixed-point numbers are bigints scaled by 2^bits. Every function works with guard bits of its own and is right to a
 * few units of 2^-bits. Math.exp and its kin differ between engines, so nothing here uses them.
 */

const GUARD = 32;

/** `value · 2^bits`, exactly when `bits` reaches the value's last bit, else towards minus infinity. */
export function toFixed(value: number, bits: number): bigint {
  const { mantissa, exponent } = toDyadic(value);
  const shift = exponent + bits;
  return shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
}

/**
 * `(value - mean) / std` in fixed point, the difference taken exactly.
 *
 * @param std finite, > 0.
 */
export function standardize(value: number, mean: number, std: number, bits: number): bigint {
  // 1074 is the last bit that a float64 can have.
  const difference = toFixed(value, 1074) - toFixed(mean, 1074);
  return divideFloor(difference << BigInt(bits), toFixed(std, 1074));
}

function divideFloor(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

/** Integer square root, towards zero. */
export function integerSqrt(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((bitLength(value) + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** atanh(1/n) in fixed point. */
function inverseAtanh(n: bigint, bits: number): bigint {
  let power = (1n << BigInt(bits)) / n;
  let sum = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power /= n * n;
    sum += power / k;
  }
  return sum;
}

/** atan(1/n) in fixed point. */
function inverseAtan(n: bigint, bits: number): bigint {
  let power = (1n << BigInt(bits)) / n;
  let sum = power;
  let sign = -1n;
  for (let k = 3n; power !== 0n; k += 2n) {
    power /= n * n;
    sum += (sign * power) / k;
    sign = -sign;
  }
  return sum;
}

/** Bits of the constants below. */
const CONSTANT_BITS = 1024;

/** ⌊2^1024 ln 2⌋ */
const LN_TWO: bigint = BigInt(
  '0x' +
    'b17217f7d1cf79abc9e3b39803f2f6af40f343267298b62d8a0d175b8baafa2be7b876206debac98559552fb4afa1b10' +
    'ed2eae35c138214427573b291169b8253e96ca16224ae8c51acbda11317c387eb9ea9bc3b136603b256fa0ec7657f74b' +
    '72ce87b19d6548caf5dfa6bd38303248655fa1872f20e3a2da2d97c50f3fd5c6',
);

/** ln 2. */
export function lnTwo(bits: number): bigint {
  return bits <= CONSTANT_BITS ? LN_TWO >> BigInt(CONSTANT_BITS - bits) : lnTwoBySeries(bits);
}

/** ln 2, by 18 atanh(1/26) - 2 atanh(1/4801) + 8 atanh(1/8749). */
export function lnTwoBySeries(bits: number): bigint {
  const wide = bits + GUARD;
  const sum = 18n * inverseAtanh(26n, wide) - 2n * inverseAtanh(4801n, wide) + 8n * inverseAtanh(8749n, wide);
  return sum >> BigInt(GUARD);
}

/** ⌊2^1024 / √(2π)⌋ */
const INVERSE_ROOT_OF_TWO_PI: bigint = BigInt(
  '0x' +
    '662114cf50d942343f2cf1402eae38bfd3829f30512706d8c0471b4802639d2e9df8ac55447d3db723f5d3abb374e88d' +
    'eb14277970be1513278e993445f08cff98282e1fd947ce4b4ecdbd6e65c23395cacb544de69eea32c276937b1bc56769' +
    '1c1cec4882c77aacefe1f6708329ab3fc8d2ab2435ee45c9150c426bbb49487e',
);

/** 1 / √(2π). */
export function inverseRootOfTwoPi(bits: number): bigint {
  if (bits <= CONSTANT_BITS) return INVERSE_ROOT_OF_TWO_PI >> BigInt(CONSTANT_BITS - bits);
  const wide = bits + GUARD;
  return (1n << BigInt(wide + bits)) / integerSqrt((2n * pi(wide)) << BigInt(wide));
}

/** π, by Machin's 16 atan(1/5) - 4 atan(1/239). */
export function pi(bits: number): bigint {
  const wide = bits + GUARD;
  return (16n * inverseAtan(5n, wide) - 4n * inverseAtan(239n, wide)) >> BigInt(GUARD);
}

/** e^x of a fixed-point `x`. */
export function exp(x: bigint, bits: number): bigint {
  const halvings = 8;
  const wide = bits + GUARD + halvings;
  const ln2 = lnTwo(wide);
  const scaled = x << BigInt(wide - bits);
  const powers = divideFloor(scaled, ln2);
  // Taylor's series on r / 2^8 with r in [0, ln 2), squared eight times.
  const r = (scaled - powers * ln2) >> BigInt(halvings);
  let term = 1n << BigInt(wide);
  let sum = term;
  for (let n = 1n; term !== 0n; n += 1n) {
    term = ((term * r) >> BigInt(wide)) / n;
    sum += term;
  }
  for (let i = 0; i < halvings; i += 1) sum = (sum * sum) >> BigInt(wide);
  const shift = BigInt(wide - bits) - powers;
  return shift >= 0n ? sum >> shift : sum << -shift;
}

/**
 * Natural logarithm of `numerator / denominator` in fixed point.
 *
 * @param numerator positive.
 * @param denominator positive.
 */
export function lnOfRatio(numerator: bigint, denominator: bigint, bits: number): bigint {
  const wide = bits + GUARD;
  const powers = bitLength(numerator) - bitLength(denominator);
  const n = powers < 0 ? numerator << BigInt(-powers) : numerator;
  const d = powers > 0 ? denominator << BigInt(powers) : denominator;
  // n/d is in (1/2, 2): ln(n/d) = 2 atanh((n - d) / (n + d)), whose argument is at most 1/3.
  const t = ((n - d) << BigInt(wide)) / (n + d);
  const square = (t * t) >> BigInt(wide);
  let power = t;
  let sum = t;
  for (let k = 3n; power !== 0n && power !== -1n; k += 2n) {
    power = (power * square) >> BigInt(wide);
    sum += power / k;
  }
  return (2n * sum + BigInt(powers) * lnTwo(wide)) >> BigInt(GUARD);
}
