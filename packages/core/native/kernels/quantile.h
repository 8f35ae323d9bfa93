// The quantile of the standard normal law in fixed point: src/rng/quantile.ts defines it, docs/exact-1.md explains it.
#pragma once
#include <wasm_simd128.h>

#include "quantile-table.h"

namespace incipit {

/// High 32 bits of the unsigned products of the lanes.
inline v128_t MultiplyHigh(v128_t a, v128_t b) {
  return wasm_i32x4_shuffle(wasm_u64x2_extmul_low_u32x4(a, b), wasm_u64x2_extmul_high_u32x4(a, b), 1, 3, 5, 7);
}

/// High 32 bits of the signed products of the lanes.
inline v128_t MultiplyHighSigned(v128_t a, v128_t b) {
  return wasm_i32x4_shuffle(wasm_i64x2_extmul_low_i32x4(a, b), wasm_i64x2_extmul_high_i32x4(a, b), 1, 3, 5, 7);
}

namespace quantile {

/// float64 is used to normalise only: the numbers are exact, the exponent and four bits pick the row, 26 bits are t.
/// `low` and `high` hold p * 2^32 in [2^-18, 2^31) for lanes 0, 1 and 2, 3. Gives |z| in units of 2^-28.
inline __attribute__((always_inline)) v128_t OfTail(v128_t low, v128_t high) {
  v128_t head = wasm_i32x4_shuffle(low, high, 1, 3, 5, 7);
  v128_t t = wasm_i32x4_shuffle(wasm_i64x2_shl(low, 16), wasm_i64x2_shl(high, 16), 1, 3, 5, 7);
  t = wasm_v128_and(t, wasm_u32x4_const_splat(~63u));
  // The exponent of p * 2^32 is 1022 + octave; an octave has 16 rows of 16 bytes. Addresses wrap, and come out right.
  uint32_t table = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(kQuantileTable)) - (1022 + kFirstOctave) * 256;
  v128_t row = wasm_i32x4_add(wasm_i32x4_shl(wasm_u32x4_shr(head, 16), 4), wasm_u32x4_splat(table));
  auto load = [](uint32_t address) { return wasm_v128_load(reinterpret_cast<const void*>(address)); };
  v128_t row0 = load(wasm_u32x4_extract_lane(row, 0));
  v128_t row1 = load(wasm_u32x4_extract_lane(row, 1));
  v128_t row2 = load(wasm_u32x4_extract_lane(row, 2));
  v128_t row3 = load(wasm_u32x4_extract_lane(row, 3));
  v128_t low01 = wasm_i32x4_shuffle(row0, row1, 0, 4, 1, 5), high01 = wasm_i32x4_shuffle(row0, row1, 2, 6, 3, 7);
  v128_t low23 = wasm_i32x4_shuffle(row2, row3, 0, 4, 1, 5), high23 = wasm_i32x4_shuffle(row2, row3, 2, 6, 3, 7);
  v128_t c0 = wasm_i64x2_shuffle(low01, low23, 0, 2), c1 = wasm_i64x2_shuffle(low01, low23, 1, 3);
  v128_t c2 = wasm_i64x2_shuffle(high01, high23, 0, 2), c3 = wasm_i64x2_shuffle(high01, high23, 1, 3);
  // Both factors have at most 15 bits: the dot product of halves is the product.
  v128_t s2 = wasm_i32x4_sub(c2, wasm_u32x4_shr(wasm_i32x4_dot_i16x8(c3, wasm_u32x4_shr(t, 17)), 15));
  v128_t s1 = wasm_i32x4_sub(c1, MultiplyHigh(wasm_i32x4_shl(s2, 2), t));
  return wasm_i32x4_sub(c0, wasm_u32x4_shr(MultiplyHigh(s1, t), 3));
}

inline v128_t UpperHalf(v128_t lanes) { return wasm_i32x4_shuffle(lanes, lanes, 2, 3, 2, 3); }

}  // namespace quantile

/// A magnitude in units of 2^-28, at least 1 and below 2^31, and a sign: the top bit of the lane, set for a negative.
struct Quantile {
  v128_t magnitude, sign;
};

/// Of a word: bit 31 is the sign, the others m are the tail p = (m + 1/2) / 2^32.
struct WordQuantile {
  inline __attribute__((always_inline)) Quantile operator()(v128_t words) const {
    v128_t m = wasm_v128_and(words, wasm_u32x4_const_splat(0x7fffffff));
    v128_t half = wasm_f64x2_const_splat(0.5);
    v128_t low = wasm_f64x2_add(wasm_f64x2_convert_low_i32x4(m), half);
    v128_t high = wasm_f64x2_add(wasm_f64x2_convert_low_i32x4(quantile::UpperHalf(m)), half);
    return {quantile::OfTail(low, high), words};
  }
};

/// Of the 64-bit probability start + floor(word * width / 2^32).
struct ProbabilityQuantile {
  v128_t start, width_high, width_low;

  ProbabilityQuantile(uint32_t start_high, uint32_t start_low, uint32_t width_high, uint32_t width_low)
      : start(wasm_u64x2_splat(static_cast<uint64_t>(start_high) << 32 | start_low)),
        width_high(wasm_u32x4_splat(width_high)),
        width_low(wasm_u32x4_splat(width_low)) {}

  inline __attribute__((always_inline)) Quantile operator()(v128_t words) const {
    v128_t p01 = wasm_i64x2_add(
        start, wasm_i64x2_add(wasm_u64x2_extmul_low_u32x4(words, width_high),
                              wasm_u64x2_shr(wasm_u64x2_extmul_low_u32x4(words, width_low), 32)));
    v128_t p23 = wasm_i64x2_add(
        start, wasm_i64x2_add(wasm_u64x2_extmul_high_u32x4(words, width_high),
                              wasm_u64x2_shr(wasm_u64x2_extmul_high_u32x4(words, width_low), 32)));
    v128_t high = wasm_i32x4_shuffle(p01, p23, 1, 3, 5, 7);
    v128_t low = wasm_i32x4_shuffle(p01, p23, 0, 2, 4, 6);
    // The upper half is the complement's lower half; ten low bits go, and 53 remain: float64 holds them exactly.
    v128_t upper = wasm_i32x4_shr(high, 31);
    high = wasm_v128_xor(high, upper);
    low = wasm_u32x4_shr(wasm_v128_xor(low, upper), 10);
    auto join = [](v128_t integer, v128_t fraction) {
      return wasm_f64x2_add(wasm_f64x2_convert_low_i32x4(integer),
                            wasm_f64x2_mul(wasm_f64x2_convert_low_i32x4(fraction), wasm_f64x2_const_splat(0x1p-22)));
    };
    v128_t thinnest = wasm_f64x2_const_splat(0x1p-18);
    v128_t tail01 = wasm_f64x2_pmax(join(high, low), thinnest);
    v128_t tail23 = wasm_f64x2_pmax(join(quantile::UpperHalf(high), quantile::UpperHalf(low)), thinnest);
    return {quantile::OfTail(tail01, tail23), wasm_v128_not(upper)};
  }
};

}  // namespace incipit
