// What the laws make of four words: four float32 values, before the clamp. src/kernels/reference/element-laws.ts is
// the same in plain TypeScript; the two agree to the bit.
#pragma once
#include <wasm_simd128.h>

#include "quantile.h"

namespace incipit {

/// start + floor(word * count / 2^32) grid steps, rounded down to 24 significant bits.
struct UniformLaw {
  v128_t count, start, step;

  UniformLaw(uint32_t count, int32_t start, float step)
      : count(wasm_u32x4_splat(count)), start(wasm_i32x4_splat(start)), step(wasm_f32x4_splat(step)) {}

  inline __attribute__((always_inline)) v128_t operator()(v128_t words) const {
    v128_t coordinate = wasm_i32x4_add(MultiplyHigh(words, count), start);
    // Ones below the 24 leading bits of the magnitude.
    v128_t excess = wasm_u32x4_shr(wasm_i32x4_abs(coordinate), 24);
    excess = wasm_v128_or(excess, wasm_u32x4_shr(excess, 1));
    excess = wasm_v128_or(excess, wasm_u32x4_shr(excess, 2));
    excess = wasm_v128_or(excess, wasm_u32x4_shr(excess, 4));
    return wasm_f32x4_mul(wasm_f32x4_convert_i32x4(wasm_v128_andnot(coordinate, excess)), step);
  }
};

/// Mean 0: float32(z) * scale, each rounded to nearest even.
struct ScaleStage {
  v128_t scale;

  explicit ScaleStage(float scale) : scale(wasm_f32x4_splat(scale)) {}

  inline __attribute__((always_inline)) v128_t operator()(Quantile z) const {
    // Rounding to nearest is symmetric and no magnitude is 0: the sign can come last.
    v128_t value = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(z.magnitude), scale);
    return wasm_v128_or(value, wasm_v128_and(z.sign, wasm_u32x4_const_splat(0x80000000u)));
  }
};

/// mean ± floor(2z * slope / 2^32) in grid steps, rounded to nearest even.
struct GridStage {
  v128_t slope, mean, step;

  GridStage(uint32_t slope, int32_t mean, float step)
      : slope(wasm_u32x4_splat(slope)), mean(wasm_i32x4_splat(mean)), step(wasm_f32x4_splat(step)) {}

  inline __attribute__((always_inline)) v128_t operator()(Quantile z) const {
    v128_t distance = MultiplyHigh(wasm_i32x4_shl(z.magnitude, 1), slope);
    v128_t negative = wasm_i32x4_shr(z.sign, 31);
    v128_t coordinate = wasm_i32x4_add(wasm_i32x4_sub(wasm_v128_xor(distance, negative), negative), mean);
    return wasm_f32x4_mul(wasm_f32x4_convert_i32x4(coordinate), step);
  }
};

/// A quantile and what follows it.
template <class Draw, class Stage>
struct NormalLaw {
  Draw draw;
  Stage stage;

  inline __attribute__((always_inline)) v128_t operator()(v128_t words) const { return stage(draw(words)); }
};

/// An interval narrower than sigma / 64: u + u (1 - u) (c0 + c1 u) of its width, on a grid.
struct NarrowLaw {
  v128_t bend, twist, count, start, step;

  NarrowLaw(int32_t bend, int32_t twist, uint32_t count, int32_t start, float step)
      : bend(wasm_i32x4_splat(bend)),
        twist(wasm_i32x4_splat(twist)),
        count(wasm_u32x4_splat(count)),
        start(wasm_i32x4_splat(start)),
        step(wasm_f32x4_splat(step)) {}

  inline __attribute__((always_inline)) v128_t operator()(v128_t words) const {
    v128_t slope = wasm_i32x4_add(bend, MultiplyHighSigned(wasm_u32x4_shr(words, 1), twist));
    v128_t share = wasm_i32x4_add(words, MultiplyHighSigned(MultiplyHigh(words, wasm_v128_not(words)), slope));
    v128_t coordinate = wasm_i32x4_add(MultiplyHigh(share, count), start);
    return wasm_f32x4_mul(wasm_f32x4_convert_i32x4(coordinate), step);
  }
};

}  // namespace incipit
