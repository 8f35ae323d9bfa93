// Householder reflections of a few columns, one after the other.
#pragma once
#include <wasm_simd128.h>

#include <cmath>
#include <cstddef>

namespace incipit {

/// Σ x², in float64: a reflection is as orthogonal as its norm is exact. `count` is a multiple of 4.
inline double SquaredNorm(const float* x, size_t count) {
  v128_t low = wasm_f64x2_const(0, 0);
  v128_t high = low;
  for (size_t i = 0; i < count; i += 4) {
    v128_t four = wasm_v128_load(x + i);
    v128_t a = wasm_f64x2_promote_low_f32x4(four);
    v128_t b = wasm_f64x2_promote_low_f32x4(wasm_i32x4_shuffle(four, four, 2, 3, 0, 1));
    low = wasm_f64x2_add(low, wasm_f64x2_mul(a, a));
    high = wasm_f64x2_add(high, wasm_f64x2_mul(b, b));
  }
  v128_t both = wasm_f64x2_add(low, high);
  return wasm_f64x2_extract_lane(both, 0) + wasm_f64x2_extract_lane(both, 1);
}

struct Reflection {
  /// Of 1 - tau v vᵀ.
  double tau;
  /// Of the diagonal entry of R.
  float sign;
};

/// Replaces a column by the vector v whose reflection takes it to a multiple of axis `head`; v is 1 there, and 0 above.
inline Reflection MakeReflection(float* column, size_t head, size_t height) {
  for (size_t i = 0; i < head; ++i) column[i] = 0;
  double norm = std::sqrt(SquaredNorm(column, height));
  double alpha = column[head];
  if (norm == 0) return {0, 1};
  // Away from the head's own sign: nothing cancels.
  float sign = alpha > 0 ? -1 : 1;
  v128_t scale = wasm_f32x4_splat(static_cast<float>(1 / (alpha - sign * norm)));
  for (size_t i = head & ~size_t(3); i < height; i += 4) {
    wasm_v128_store(column + i, wasm_f32x4_mul(wasm_v128_load(column + i), scale));
  }
  column[head] = 1;
  return {2 / SquaredNorm(column, height), sign};
}

/// Applies a reflection to `Count` columns, from row `first` on, a multiple of 4.
template <int Count>
inline void Reflect(float* __restrict columns, size_t stride, const float* __restrict v, double tau, size_t first,
                    size_t height) {
  v128_t sums[Count][2];
  for (int c = 0; c < Count; ++c) sums[c][0] = sums[c][1] = wasm_f32x4_const(0, 0, 0, 0);
  size_t i = first;
  for (; i + 8 <= height; i += 8) {
    v128_t a = wasm_v128_load(v + i);
    v128_t b = wasm_v128_load(v + i + 4);
#pragma unroll
    for (int c = 0; c < Count; ++c) {
      const float* x = columns + c * stride + i;
      sums[c][0] = wasm_f32x4_add(sums[c][0], wasm_f32x4_mul(a, wasm_v128_load(x)));
      sums[c][1] = wasm_f32x4_add(sums[c][1], wasm_f32x4_mul(b, wasm_v128_load(x + 4)));
    }
  }
  v128_t factors[Count];
#pragma unroll
  for (int c = 0; c < Count; ++c) {
    v128_t sum = wasm_f32x4_add(sums[c][0], sums[c][1]);
    if (i < height) {
      const float* x = columns + c * stride + i;
      sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load(v + i), wasm_v128_load(x)));
    }
    double dot = (double(wasm_f32x4_extract_lane(sum, 0)) + wasm_f32x4_extract_lane(sum, 1)) +
                 (double(wasm_f32x4_extract_lane(sum, 2)) + wasm_f32x4_extract_lane(sum, 3));
    factors[c] = wasm_f32x4_splat(static_cast<float>(-tau * dot));
  }
  for (i = first; i < height; i += 4) {
    v128_t a = wasm_v128_load(v + i);
#pragma unroll
    for (int c = 0; c < Count; ++c) {
      float* x = columns + c * stride + i;
      wasm_v128_store(x, wasm_f32x4_add(wasm_v128_load(x), wasm_f32x4_mul(factors[c], a)));
    }
  }
}

/// Factorises `width` columns of `height` rows: leaves the vectors v in them.
inline void FactorisePanel(float* columns, size_t stride, size_t height, size_t width, Reflection* reflections) {
  for (size_t j = 0; j < width; ++j) {
    float* v = columns + j * stride;
    reflections[j] = MakeReflection(v, j, height);
    double tau = reflections[j].tau;
    if (tau == 0) continue;
    size_t first = j & ~size_t(3);
    size_t c = j + 1;
    for (; c < width && c % 4 != 0; ++c) Reflect<1>(columns + c * stride, stride, v, tau, first, height);
    for (; c + 4 <= width; c += 4) Reflect<4>(columns + c * stride, stride, v, tau, first, height);
    for (; c < width; ++c) Reflect<1>(columns + c * stride, stride, v, tau, first, height);
  }
}

}  // namespace incipit
