// Float32 values to stored elements, eight at a time: clamped, then rounded once to nearest even.
#pragma once
#include <wasm_simd128.h>

#include <cstdint>

namespace incipit {

/// A value equal to a bound stays as it is.
struct Clamp {
  v128_t low, high;

  Clamp(float low, float high) : low(wasm_f32x4_splat(low)), high(wasm_f32x4_splat(high)) {}

  v128_t operator()(v128_t values) const { return wasm_f32x4_pmin(wasm_f32x4_pmax(values, low), high); }
};

/// For laws whose float32 values never leave their bounds.
struct StoreFloat32 {
  using Element = uint32_t;

  explicit StoreFloat32(const Clamp&) {}

  inline __attribute__((always_inline)) void operator()(uint32_t* out, v128_t first, v128_t second) const {
    wasm_v128_store(out, first);
    wasm_v128_store(out + 4, second);
  }
};

struct StoreClampedFloat32 {
  using Element = uint32_t;
  Clamp clamp;

  inline __attribute__((always_inline)) void operator()(uint32_t* out, v128_t first, v128_t second) const {
    wasm_v128_store(out, clamp(first));
    wasm_v128_store(out + 4, clamp(second));
  }
};

/// The low halves of eight lanes.
inline v128_t LowHalves(v128_t first, v128_t second) {
  return wasm_i16x8_shuffle(first, second, 0, 2, 4, 6, 8, 10, 12, 14);
}

struct StoreBFloat16 {
  using Element = uint16_t;
  Clamp clamp;

  inline __attribute__((always_inline)) void operator()(uint16_t* out, v128_t first, v128_t second) const {
    wasm_v128_store(out, LowHalves(Round(clamp(first)), Round(clamp(second))));
  }

  /// Adds just under half a unit, and one more where the unit is odd.
  static v128_t Round(v128_t values) {
    v128_t odd = wasm_v128_and(wasm_u32x4_shr(values, 16), wasm_u32x4_const_splat(1));
    v128_t rounded = wasm_i32x4_add(values, wasm_i32x4_add(odd, wasm_u32x4_const_splat(0x7fff)));
    return wasm_u32x4_shr(rounded, 16);
  }
};

struct StoreFloat16 {
  using Element = uint16_t;
  Clamp clamp;

  inline __attribute__((always_inline)) void operator()(uint16_t* out, v128_t first, v128_t second) const {
    wasm_v128_store(out, LowHalves(Round(clamp(first)), Round(clamp(second))));
  }

  /// Magnitudes are at most 65504 after the clamp.
  static v128_t Round(v128_t values) {
    v128_t sign = wasm_v128_and(values, wasm_u32x4_const_splat(0x80000000u));
    v128_t magnitude = wasm_v128_xor(values, sign);
    // Normal: just under half a unit, one more where the unit is odd, and the exponent's bias from 127 to 15.
    v128_t odd = wasm_v128_and(wasm_u32x4_shr(magnitude, 13), wasm_u32x4_const_splat(1));
    v128_t normal = wasm_i32x4_add(magnitude, wasm_i32x4_add(odd, wasm_u32x4_const_splat(0xfffu - (112u << 23))));
    normal = wasm_u32x4_shr(normal, 13);
    // Subnormal: the unit in the last place of 0.5 is 2^-24, and float32 addition rounds to nearest even.
    v128_t half = wasm_f32x4_const_splat(0.5f);
    v128_t subnormal = wasm_i32x4_sub(wasm_f32x4_add(magnitude, half), half);
    v128_t small = wasm_i32x4_lt(magnitude, wasm_u32x4_const_splat(113u << 23));
    return wasm_v128_or(wasm_v128_bitselect(subnormal, normal, small), wasm_u32x4_shr(sign, 16));
  }
};

}  // namespace incipit
