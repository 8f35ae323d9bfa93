// The steps of a QR factorisation by blocks of Householder reflections, and of forming its Q. What follows what, and on
// which thread, is up to src/runtime/orthogonal/; each column meets the same operations in the same order whichever
// other columns are worked on with it. float32, without relaxed SIMD: the same bits in every engine.
//
//   incipit.reflector_factorise(space, vectors, stride, height, width, factor, work, signs)
//   incipit.reflector_load(space, vectors, stride, height, width, factor, work, transposed)
//   incipit.reflector_apply(space, columns, stride, height, width, count, work, form)
//
//   space       1-D contiguous float32 CPU tensor, in which everything lies that the others are indices of.
//   vectors     `width` columns of `height` numbers, `stride` apart. `factorise` replaces them by its reflections'
//               vectors, `load` takes these.
//   factor      T of the block 1 - V T Vᵀ: `width` rows of 64. `factorise` writes it, `load` takes it or its transpose.
//   work        2 · height · width + width² + 64 · width numbers; what `load` leaves there, `apply` needs.
//   signs       of R's diagonal: `width` numbers, written.
//   columns     `count` columns of `height` numbers, which the block is applied to.
//   form        0: as they are. 1: their first `width` rows are zero, whatever is there. 2: they are the identity's.
//
// height, width and count are multiples of 8, filled up with zeros; width is at most 64.
#include "block-reflector.h"
#include "householder-panel.h"
#include "kernel-abi.h"

namespace {

using incipit::BlockReflector;
using incipit::kBlock;
using incipit::Reflection;

constexpr int kArguments = 8;
constexpr uint64_t kMultiple = 8;

/// The arguments, decoded and checked.
class Arguments {
 public:
  explicit Arguments(tvm::ffi::PackedArgs args) : args_(args) {
    if (args.size() != kArguments) {
      TVM_FFI_THROW(TypeError) << "expected " << kArguments << " arguments, got " << args.size();
    }
    auto tensor = args[0].try_cast<DLTensor*>();
    if (!tensor.has_value()) TVM_FFI_THROW(TypeError) << "space must be a tensor, got " << args[0].GetTypeKey();
    const DLTensor& space = **tensor;
    if (space.device.device_type != kDLCPU) {
      TVM_FFI_THROW(ValueError) << "space must be on the cpu, got device type " << int(space.device.device_type);
    }
    if (incipit::abi::OutputDType(space.dtype) != incipit::DType::kFloat32) {
      TVM_FFI_THROW(TypeError) << "space must be float32, got " << space.dtype;
    }
    if (space.ndim != 1 || (space.strides != nullptr && space.shape[0] > 1 && space.strides[0] != 1)) {
      TVM_FFI_THROW(ValueError) << "space must be one-dimensional and contiguous, got " << space.ndim << " dimensions";
    }
    data_ = reinterpret_cast<float*>(static_cast<char*>(space.data) + space.byte_offset);
    length_ = uint64_t(space.shape[0]);
    stride = Word(2, "stride");
    height = Extent(3, "height");
    width = Extent(4, "width");
    if (width > kBlock || width > height) {
      TVM_FFI_THROW(ValueError) << "width must be at most " << kBlock << " and the height, got " << width;
    }
  }

  uint32_t Word(int index, const char* name) const { return incipit::abi::Word(args_, index, name); }

  size_t Extent(int index, const char* name) const {
    uint32_t extent = Word(index, name);
    if (extent == 0 || extent % kMultiple != 0) {
      TVM_FFI_THROW(ValueError) << name << " must be a multiple of " << kMultiple << " above 0, got " << extent;
    }
    return extent;
  }

  /// `count` numbers of the space from an argument's index on.
  float* Numbers(int index, const char* name, uint64_t count) const {
    uint64_t first = Word(index, name);
    if (first + count > length_) {
      TVM_FFI_THROW(ValueError) << name << " must leave " << count << " numbers of the space's " << length_ << ", got "
                                << first;
    }
    return data_ + first;
  }

  float* Columns(int index, const char* name, uint64_t count) const {
    return Numbers(index, name, (count - 1) * stride + height);
  }

  BlockReflector Block() const {
    return BlockReflector(Numbers(6, "work", BlockReflector::WorkSize(height, width)), height, width);
  }

  size_t stride, height, width;

 private:
  tvm::ffi::PackedArgs args_;
  float* data_;
  uint64_t length_;
};

/// T of 1 - V T Vᵀ, from the reflections and VᵀV: rows of kBlock. In float64, since its error is V's.
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

void Factorise(tvm::ffi::PackedArgs args) {
  Arguments given(args);
  float* vectors = given.Columns(1, "vectors", given.width);
  float* factor = given.Numbers(5, "factor", given.width * kBlock);
  float* signs = given.Numbers(7, "signs", given.width);
  BlockReflector block = given.Block();
  Reflection reflections[kBlock];
  incipit::FactorisePanel(vectors, given.stride, given.height, given.width, reflections);
  block.SetVectors(vectors, given.stride);
  FormFactor(reflections, block.Gram(vectors, given.stride), given.width, factor);
  for (size_t j = 0; j < given.width; ++j) signs[j] = reflections[j].sign;
}

void Load(tvm::ffi::PackedArgs args) {
  Arguments given(args);
  BlockReflector block = given.Block();
  block.SetVectors(given.Columns(1, "vectors", given.width), given.stride);
  block.SetFactor(given.Numbers(5, "factor", given.width * kBlock), given.Word(7, "transposed") != 0);
}

enum Form : uint32_t { kAsTheyAre, kBelow, kIdentity };

void Apply(tvm::ffi::PackedArgs args) {
  Arguments given(args);
  size_t count = given.Extent(5, "count");
  float* columns = given.Columns(1, "columns", count);
  uint32_t form = given.Word(7, "form");
  BlockReflector block = given.Block();
  if (form == kAsTheyAre) {
    block.Apply(columns, given.stride, count, 0, given.height);
    return;
  }
  if (form == kIdentity && count != given.width) {
    TVM_FFI_THROW(ValueError) << "count must be the width, " << given.width << ", got " << count;
  }
  for (size_t j = 0; j < count; ++j) {
    float* column = columns + j * given.stride;
    std::fill_n(column, form == kIdentity ? given.height : given.width, 0.0f);
    if (form == kIdentity) column[j] = 1;
  }
  // What is nonzero: the identity's first rows, or what later blocks have made of the rows below.
  if (form == kIdentity) {
    block.Apply(columns, given.stride, count, 0, given.width);
  } else {
    block.Apply(columns, given.stride, count, given.width, given.height);
  }
}

}  // namespace

TVM_FFI_STATIC_INIT_BLOCK() {
  tvm::ffi::reflection::GlobalDef()
      .def_packed("incipit.reflector_factorise", [](tvm::ffi::PackedArgs args, tvm::ffi::Any*) { Factorise(args); })
      .def_packed("incipit.reflector_load", [](tvm::ffi::PackedArgs args, tvm::ffi::Any*) { Load(args); })
      .def_packed("incipit.reflector_apply", [](tvm::ffi::PackedArgs args, tvm::ffi::Any*) { Apply(args); });
}
