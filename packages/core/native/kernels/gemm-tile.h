// The one inner loop of matrix products: a tile of 8 × 4 sums that stays in registers.
#pragma once
#include <wasm_simd128.h>

#include <cstddef>

namespace incipit {

/// Rows of a tile: two vectors. Eight sums, two vectors and a broadcast fit the sixteen registers of x86.
constexpr size_t kTileRows = 8;
constexpr size_t kTileColumns = 4;

struct Tile {
  v128_t sum[kTileColumns][2];

  /// Into column-major memory, columns `stride` apart.
  void Store(float* out, size_t stride) const {
    for (size_t c = 0; c < kTileColumns; ++c) {
      wasm_v128_store(out + c * stride, sum[c][0]);
      wasm_v128_store(out + c * stride + 4, sum[c][1]);
    }
  }

  void Add(float* out, size_t stride) const {
    for (size_t c = 0; c < kTileColumns; ++c) {
      float* column = out + c * stride;
      wasm_v128_store(column, wasm_f32x4_add(wasm_v128_load(column), sum[c][0]));
      wasm_v128_store(column + 4, wasm_f32x4_add(wasm_v128_load(column + 4), sum[c][1]));
    }
  }
};

/// The product of 8 × depth by depth × 4: `left` packed, eight numbers for each k; `right` by columns, `stride` apart.
/// `depth` is a multiple of 4, which is unrolled.
inline __attribute__((always_inline)) Tile MultiplyTile(const float* __restrict left, const float* __restrict right,
                                                        size_t stride, size_t depth) {
  v128_t zero = wasm_f32x4_const(0, 0, 0, 0);
  v128_t s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero, s30 = zero, s31 = zero;
  const float* r0 = right;
  const float* r1 = right + stride;
  const float* r2 = right + 2 * stride;
  const float* r3 = right + 3 * stride;
  for (const float* end = r0 + depth; r0 != end; r0 += 4, r1 += 4, r2 += 4, r3 += 4, left += 4 * kTileRows) {
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      v128_t a = wasm_v128_load(left + k * kTileRows);
      v128_t b = wasm_v128_load(left + k * kTileRows + 4);
      v128_t x0 = wasm_v128_load32_splat(r0 + k);
      s00 = wasm_f32x4_add(s00, wasm_f32x4_mul(a, x0));
      s01 = wasm_f32x4_add(s01, wasm_f32x4_mul(b, x0));
      v128_t x1 = wasm_v128_load32_splat(r1 + k);
      s10 = wasm_f32x4_add(s10, wasm_f32x4_mul(a, x1));
      s11 = wasm_f32x4_add(s11, wasm_f32x4_mul(b, x1));
      v128_t x2 = wasm_v128_load32_splat(r2 + k);
      s20 = wasm_f32x4_add(s20, wasm_f32x4_mul(a, x2));
      s21 = wasm_f32x4_add(s21, wasm_f32x4_mul(b, x2));
      v128_t x3 = wasm_v128_load32_splat(r3 + k);
      s30 = wasm_f32x4_add(s30, wasm_f32x4_mul(a, x3));
      s31 = wasm_f32x4_add(s31, wasm_f32x4_mul(b, x3));
    }
  }
  return Tile{{{s00, s01}, {s10, s11}, {s20, s21}, {s30, s31}}};
}

}  // namespace incipit
