// A matrix with orthonormal columns, or rows when there are fewer of them: the Q of a QR factorisation.
//
//   incipit.orthogonalize(matrix, rows, columns, gain)
//
//   matrix  1-D contiguous float32 CPU tensor of at least rows × columns numbers, row-major; replaced by gain × Q, the
//           columns of Q times the signs of R's diagonal. A matrix with fewer rows than columns is factorised transposed.
//
// The same mathematics as src/kernels/host/orthogonal.ts, by blocks. float32 in a fixed order, without relaxed SIMD: the
// same bits in every engine.
#include <new>
#include <vector>

#include "block-reflector.h"
#include "householder-panel.h"
#include "kernel-abi.h"
#include "large-allocation.h"

namespace {

using incipit::BlockReflector;
using incipit::kBlock;
using incipit::Reflection;

/// Floats that are given back when the scope ends.
class Floats {
 public:
  explicit Floats(uint64_t count) {
    void* memory = nullptr;
    bool fits = count < (uint64_t(1) << 30);
    if (!fits || incipit::large_allocation::Allocate(&memory, 64, count * sizeof(float)) != 0) throw std::bad_alloc();
    data_ = static_cast<float*>(memory);
  }
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;
  ~Floats() { incipit::large_allocation::Release(data_); }
  float* data() { return data_; }

 private:
  float* data_;
};

constexpr size_t RoundUp(size_t count, size_t multiple) { return (count + multiple - 1) / multiple * multiple; }

/// Rows and columns of the tall matrix, as they are and as they lie in memory: filled up with zeros.
struct Layout {
  bool wide;
  size_t height, width, padded_height, padded_width, stride;

  Layout(size_t rows, size_t columns)
      : wide(rows < columns),
        height(wide ? columns : rows),
        width(wide ? rows : columns),
        padded_height(RoundUp(height, 8)),
        padded_width(RoundUp(width, 8)),
        // A line more: columns a power of two apart would fall on the same lines of the cache.
        stride(RoundUp(padded_height, 16) + 16) {}

  size_t BlockWidth(size_t start) const { return std::min(kBlock, padded_width - start); }
};

/// Copies between a row-major matrix and the tall one's columns, square by square.
template <class Copy>
void ForEachElement(const Layout& layout, const Copy& copy) {
  constexpr size_t kSquare = 16;
  for (size_t i0 = 0; i0 < layout.height; i0 += kSquare) {
    for (size_t j0 = 0; j0 < layout.width; j0 += kSquare) {
      for (size_t j = j0; j < std::min(j0 + kSquare, layout.width); ++j) {
        for (size_t i = i0; i < std::min(i0 + kSquare, layout.height); ++i) {
          copy(layout.wide ? j * layout.height + i : i * layout.width + j, j * layout.stride + i, j);
        }
      }
    }
  }
}

/// T of 1 - V T Vᵀ, from the reflections and VᵀV: kBlock rows of kBlock. In float64, since its error is V's.
void FormFactor(const Reflection* reflections, const float* gram, size_t width, float* out) {
  static double t[kBlock][kBlock];
  for (size_t j = 0; j < width; ++j) {
    double tau = reflections[j].tau;
    for (size_t i = 0; i < j; ++i) {
      double sum = 0;
      for (size_t k = i; k < j; ++k) sum += t[i][k] * gram[j * width + k];
      t[i][j] = -tau * sum;
    }
    t[j][j] = tau;
    for (size_t i = 0; i < width; ++i) out[i * kBlock + j] = i > j ? 0.0f : static_cast<float>(t[i][j]);
  }
}

/// Replaces the columns of `a` by Q's; R is dropped but for its signs. `t` has padded_width rows of kBlock.
void Orthonormalize(float* a, const Layout& layout, float* t, Reflection* reflections) {
  Floats work(BlockReflector::WorkSize(layout.padded_height) + kBlock * kBlock);
  BlockReflector block(work.data(), layout.padded_height);
  float* gram = work.data() + BlockReflector::WorkSize(layout.padded_height);
  const size_t stride = layout.stride;
  size_t start = 0;
  for (; start < layout.padded_width; start += kBlock) {
    size_t width = layout.BlockWidth(start);
    size_t height = layout.padded_height - start;
    float* panel = a + start * stride + start;
    incipit::FactorisePanel(panel, stride, height, width, reflections + start);
    block.SetVectors(panel, stride, height, width);
    block.Gram(panel, stride, gram);
    FormFactor(reflections + start, gram, width, t + start * kBlock);
    block.SetFactor(t + start * kBlock, true);
    block.Apply(panel + width * stride, stride, layout.padded_width - start - width, 0, height);
  }
  while (start > 0) {
    start -= kBlock;
    size_t width = layout.BlockWidth(start);
    size_t height = layout.padded_height - start;
    float* panel = a + start * stride + start;
    block.SetVectors(panel, stride, height, width);
    block.SetFactor(t + start * kBlock, false);
    size_t rest = layout.padded_width - start - width;
    for (size_t j = 0; j < width + rest; ++j) {
      float* column = panel + j * stride;
      std::fill_n(column, j < width ? height : width, 0.0f);
      if (j < width) column[j] = 1;
    }
    // What is nonzero: the identity's first rows, and what later blocks have made of the rows below.
    block.Apply(panel, stride, width, 0, width);
    block.Apply(panel + width * stride, stride, rest, width, height);
  }
}

void Orthogonalize(float* matrix, size_t rows, size_t columns, double gain) {
  Layout layout(rows, columns);
  Floats tall(uint64_t(layout.padded_width) * layout.stride);
  Floats factors(uint64_t(layout.padded_width) * kBlock);
  std::vector<Reflection> reflections(layout.padded_width);
  float* a = tall.data();
  std::fill_n(a, layout.padded_width * layout.stride, 0.0f);
  ForEachElement(layout, [=](size_t at, size_t to, size_t) { a[to] = matrix[at]; });
  Orthonormalize(a, layout, factors.data(), reflections.data());
  std::vector<float> scales;
  for (const Reflection& reflection : reflections) scales.push_back(static_cast<float>(gain * reflection.sign));
  ForEachElement(layout, [&](size_t at, size_t from, size_t j) { matrix[at] = scales[j] * a[from]; });
}

void OrthogonalizeCall(tvm::ffi::PackedArgs args) {
  if (args.size() != 4) TVM_FFI_THROW(TypeError) << "expected 4 arguments, got " << args.size();
  auto tensor = args[0].try_cast<DLTensor*>();
  if (!tensor.has_value()) TVM_FFI_THROW(TypeError) << "matrix must be a tensor, got " << args[0].GetTypeKey();
  const DLTensor& matrix = **tensor;
  if (matrix.device.device_type != kDLCPU) {
    TVM_FFI_THROW(ValueError) << "matrix must be on the cpu, got device type " << int(matrix.device.device_type);
  }
  if (incipit::abi::OutputDType(matrix.dtype) != incipit::DType::kFloat32) {
    TVM_FFI_THROW(TypeError) << "matrix must be float32, got " << matrix.dtype;
  }
  if (matrix.ndim != 1 || (matrix.strides != nullptr && matrix.shape[0] > 1 && matrix.strides[0] != 1)) {
    TVM_FFI_THROW(ValueError) << "matrix must be one-dimensional and contiguous, got " << matrix.ndim << " dimensions";
  }
  uint64_t rows = incipit::abi::Word(args, 1, "rows");
  uint64_t columns = incipit::abi::Word(args, 2, "columns");
  if (rows != 0 && columns > uint64_t(matrix.shape[0]) / rows) {
    TVM_FFI_THROW(ValueError) << "matrix must hold " << rows << " x " << columns << " numbers, got " << matrix.shape[0];
  }
  if (rows == 0 || columns == 0) return;
  float* data = reinterpret_cast<float*>(static_cast<char*>(matrix.data) + matrix.byte_offset);
  Orthogonalize(data, rows, columns, incipit::abi::Number(args, 3, "gain"));
}

}  // namespace

TVM_FFI_STATIC_INIT_BLOCK() {
  tvm::ffi::reflection::GlobalDef().def_packed(
      "incipit.orthogonalize", [](tvm::ffi::PackedArgs args, tvm::ffi::Any*) { OrthogonalizeCall(args); });
}
