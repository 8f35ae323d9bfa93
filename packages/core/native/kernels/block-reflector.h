// Many Householder reflections as one, 1 - V T Vᵀ (the compact WY form of Schreiber and Van Loan, 1989), and its
// product with a matrix: nearly all the arithmetic of a QR factorisation, in tiles of gemm-tile.h.
//
// Matrices are column-major; numbers of rows and columns are multiples of eight, filled up with zeros.
#pragma once
#include <algorithm>

#include "gemm-tile.h"

namespace incipit {

/// Reflections of a block, at most.
constexpr size_t kBlock = 64;

class BlockReflector {
 public:
  /// For vectors of at most `height` rows. The memory, `WorkSize(height)` floats, is the caller's.
  BlockReflector(float* work, size_t height)
      : by_column_(work),
        by_row_(by_column_ + height * kBlock),
        factor_(by_row_ + height * kBlock),
        projected_(factor_ + kBlock * kBlock),
        turned_(projected_ + kGroup * kBlock) {}

  static constexpr size_t WorkSize(size_t height) {
    return 2 * height * kBlock + kBlock * kBlock + 2 * kGroup * kBlock;
  }

  /// Takes the vectors: `width` columns of `height` rows, with their ones and the zeros above these.
  void SetVectors(const float* v, size_t stride, size_t height, size_t width) {
    height_ = height;
    width_ = width;
    for (size_t j = 0; j < width; ++j) {
      const float* column = v + j * stride;
      float* columns = by_column_ + (j / kTileRows * height) * kTileRows + j % kTileRows;
      for (size_t i = 0; i < height; ++i) columns[i * kTileRows] = column[i];
      for (size_t i = 0; i < height; i += kTileRows) {
        float* rows = by_row_ + i * width + j * kTileRows;
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

  /// VᵀV into `out`, `width` columns of `width` rows.
  void Gram(const float* v, size_t stride, float* out) {
    for (size_t i = 0; i < height_; i += kDepth) {
      Project(v + i, stride, width_, i, std::min(kDepth, height_ - i), i == 0, out);
    }
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
  size_t height_ = 0;
  size_t width_ = 0;
};

}  // namespace incipit
