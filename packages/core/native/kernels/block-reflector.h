// Many Householder reflections as one, 1 - V T Vᵀ (the compact WY form of Schreiber and Van Loan, 1989), and its
// product with a matrix: nearly all the arithmetic of a QR factorisation, in tiles of gemm-tile.h.
//
// Matrices are column-major; numbers of rows and columns are multiples of eight, filled up with zeros.
#pragma once
#include <algorithm>
#include <cstdint>

#include "gemm-tile.h"

namespace incipit {

/// Reflections of a block, at most.
constexpr size_t kBlock = 64;

class BlockReflector {
 public:
  /// Of `width` vectors of `height` rows. The memory, `WorkSize(height, width)` floats, is the caller's, and all that is
  /// kept: another object on it goes on from there.
  BlockReflector(float* work, size_t height, size_t width)
      : by_column_(work),
        by_row_(by_column_ + height * width),
        factor_(by_row_ + height * width),
        projected_(factor_ + width * width),
        turned_(projected_ + kGroup * width),
        height_(height),
        width_(width) {}

  static constexpr uint64_t WorkSize(uint64_t height, uint64_t width) {
    return 2 * height * width + width * width + 2 * kGroup * width;
  }

  /// Takes the vectors, with their ones and the zeros above these.
  void SetVectors(const float* v, size_t stride) {
    for (size_t j = 0; j < width_; ++j) {
      const float* column = v + j * stride;
      float* columns = by_column_ + (j / kTileRows * height_) * kTileRows + j % kTileRows;
      for (size_t i = 0; i < height_; ++i) columns[i * kTileRows] = column[i];
      for (size_t i = 0; i < height_; i += kTileRows) {
        float* rows = by_row_ + i * width_ + j * kTileRows;
        wasm_v128_store(rows, wasm_v128_load(column + i));
        wasm_v128_store(rows + 4, wasm_v128_load(column + i + 4));
      }
    }
  }

  /// Takes -T, or its transpose: `t` has kBlock rows of kBlock.
  void SetFactor(const float* t, bool transposed) {
    for (size_t j = 0; j < width_; ++j) {
      float* row = factor_ + (j / kTileRows * width_) * kTileRows + j % kTileRows;
      for (size_t k = 0; k < width_; ++k) row[k * kTileRows] = -(transposed ? t[k * kBlock + j] : t[j * kBlock + k]);
    }
  }

  /// c = (1 - V T Vᵀ) c. Rows of c outside [first, last) are zero before: they are not read for Vᵀ c.
  void Apply(float* c, size_t stride, size_t columns, size_t first, size_t last) {
    for (size_t start = 0; start < columns; start += kGroup) {
      size_t count = std::min(kGroup, columns - start);
      float* group = c + start * stride;
      for (size_t i = first; i < last; i += kDepth) {
        Project(group + i, stride, count, i, std::min(kDepth, last - i), i == first, projected_);
      }
      for (size_t j = 0; j < width_; j += kTileRows) {
        for (size_t k = 0; k < count; k += kTileColumns) {
          MultiplyTile(factor_ + j * width_, projected_ + k * width_, width_, width_)
              .Store(turned_ + k * width_ + j, width_);
        }
      }
      for (size_t i = 0; i < height_; i += kTileRows) {
        for (size_t k = 0; k < count; k += kTileColumns) {
          MultiplyTile(by_row_ + i * width_, turned_ + k * width_, width_, width_).Add(group + k * stride + i, stride);
        }
      }
    }
  }

  /// VᵀV, `width` columns of `width` rows, where the factor will be.
  const float* Gram(const float* v, size_t stride) {
    for (size_t i = 0; i < height_; i += kDepth) {
      Project(v + i, stride, width_, i, std::min(kDepth, height_ - i), i == 0, factor_);
    }
    return factor_;
  }

 private:
  /// Columns that are worked on together: with all their rows they stay in the second-level cache.
  static constexpr size_t kGroup = 32;
  /// Rows whose products are summed before they are added to the rest: what is read stays in the first-level cache, and
  /// sums of sums round less.
  static constexpr size_t kDepth = 256;

  /// Adds the products of rows [row, row + depth) of V with those of c to `out`, or begins it with them.
  inline void Project(const float* c, size_t stride, size_t columns, size_t row, size_t depth, bool begin, float* out) {
    for (size_t j = 0; j < width_; j += kTileRows) {
      const float* left = by_column_ + j * height_ + row * kTileRows;
      for (size_t k = 0; k < columns; k += kTileColumns) {
        Tile tile = MultiplyTile(left, c + k * stride, stride, depth);
        float* sums = out + k * width_ + j;
        if (begin) {
          tile.Store(sums, width_);
        } else {
          tile.Add(sums, width_);
        }
      }
    }
  }

  /// V packed for Vᵀ c: eight columns at a time, row by row.
  float* by_column_;
  /// V packed for V w: eight rows at a time, column by column.
  float* by_row_;
  float* factor_;
  float* projected_;
  float* turned_;
  size_t height_;
  size_t width_;
};

}  // namespace incipit
