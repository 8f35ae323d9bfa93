// The calling convention of Incipit's CPU kernels: what src/runtime/cpu-device.ts sends and what a kernel receives.
//
//   incipit.<law>(out, key0, key1, offsetLow, offsetHigh, count, args...)
//
//   out         1-D contiguous CPU tensor of float32, float16 or bfloat16: the dtype to write. It may be longer
//               than count: the device reuses one scratch tensor.
//   key0, key1  Threefry key, low and high word.
//   offset      index of the first element in the parameter's stream: 64 bits in two words. Any value is legal.
//   count       elements to write, at most out's length; 0 is legal and writes nothing.
//   args        KernelCall.args, in order: the kernel's own numbers.
//
// JavaScript sends every number as a double. Words (u32), signed words (i32) and float32 values are all exact there;
// the readers below refuse what is not exactly of the type that the kernel asks for.
//
// A kernel is a function `void Law(const incipit::Call& call)`, registered in its own file in this folder:
//
//   namespace {
//   void Constant(const incipit::Call& call) {
//     uint32_t bits = call.U32(0, "bits");
//     if (call.dtype == incipit::DType::kFloat32) Fill(static_cast<uint32_t*>(call.out), call.count, bits); ...
//   }
//   }  // namespace
//   INCIPIT_KERNEL("incipit.constant", Constant, 1);   // 1: how many args it takes
//
// The build compiles every native/kernels/*.cc. `call.out` is aligned to 64 bytes and `call.count` elements long.
// Errors: TVM_FFI_THROW(ValueError) << "…"; they reach JavaScript as a DeviceError whose code comes from the kind.
#pragma once
#include <tvm/ffi/container/tensor.h>
#include <tvm/ffi/error.h>
#include <tvm/ffi/function.h>
#include <tvm/ffi/reflection/registry.h>

#include <cstdint>

namespace incipit {

enum class DType : uint8_t { kFloat32, kFloat16, kBFloat16 };

/// One slice of one law, decoded and checked.
struct Call {
  DType dtype;
  void* out;
  uint32_t count;
  uint32_t key0;
  uint32_t key1;
  uint64_t offset;
  /// The kernel's own numbers.
  tvm::ffi::PackedArgs args;

  uint32_t U32(int index, const char* name) const;
  int32_t I32(int index, const char* name) const;
  float F32(int index, const char* name) const;
};

namespace abi {

constexpr int kHeadLength = 6;

inline double Number(tvm::ffi::PackedArgs args, int index, const char* name) {
  auto value = args[index].try_cast<double>();
  if (!value.has_value()) {
    TVM_FFI_THROW(TypeError) << name << " must be a number, got " << args[index].GetTypeKey();
  }
  return *value;
}

/// `value` as Integer; the range check comes before the cast, which is undefined outside it.
template <class Integer>
inline Integer Exact(double value, double low, double high, const char* name, const char* kind) {
  if (!(value >= low && value <= high) || value != static_cast<double>(static_cast<Integer>(value))) {
    TVM_FFI_THROW(ValueError) << name << " must be " << kind << ", got " << value;
  }
  return static_cast<Integer>(value);
}

inline uint32_t Word(tvm::ffi::PackedArgs args, int index, const char* name) {
  return Exact<uint32_t>(Number(args, index, name), 0.0, 4294967295.0, name, "an unsigned 32-bit integer");
}

inline DType OutputDType(DLDataType dtype) {
  if (dtype.lanes == 1) {
    if (dtype.code == kDLFloat && dtype.bits == 32) return DType::kFloat32;
    if (dtype.code == kDLFloat && dtype.bits == 16) return DType::kFloat16;
    if (dtype.code == kDLBfloat && dtype.bits == 16) return DType::kBFloat16;
  }
  TVM_FFI_THROW(TypeError) << "out must be float32, float16 or bfloat16, got " << dtype;
}

inline Call Decode(tvm::ffi::PackedArgs args, int argument_count) {
  if (args.size() != kHeadLength + argument_count) {
    TVM_FFI_THROW(TypeError) << "expected " << kHeadLength << " + " << argument_count << " arguments, got "
                             << args.size();
  }
  auto tensor = args[0].try_cast<DLTensor*>();
  if (!tensor.has_value()) {
    TVM_FFI_THROW(TypeError) << "out must be a tensor, got " << args[0].GetTypeKey();
  }
  const DLTensor& out = **tensor;
  if (out.device.device_type != kDLCPU) {
    TVM_FFI_THROW(ValueError) << "out must be on the cpu, got device type " << int(out.device.device_type);
  }
  if (out.ndim != 1 || (out.strides != nullptr && out.shape[0] > 1 && out.strides[0] != 1)) {
    TVM_FFI_THROW(ValueError) << "out must be one-dimensional and contiguous, got " << out.ndim << " dimensions";
  }
  uint32_t count = Word(args, 5, "count");
  if (static_cast<int64_t>(count) > out.shape[0]) {
    TVM_FFI_THROW(ValueError) << "count must be at most the length of out, " << out.shape[0] << ", got " << count;
  }
  uint64_t offset_low = Word(args, 3, "offsetLow");
  uint64_t offset_high = Word(args, 4, "offsetHigh");
  return Call{OutputDType(out.dtype),
              static_cast<char*>(out.data) + out.byte_offset,
              count,
              Word(args, 1, "key0"),
              Word(args, 2, "key1"),
              offset_high << 32 | offset_low,
              args.Slice(kHeadLength)};
}

}  // namespace abi

inline uint32_t Call::U32(int index, const char* name) const { return abi::Word(args, index, name); }

inline int32_t Call::I32(int index, const char* name) const {
  return abi::Exact<int32_t>(abi::Number(args, index, name), -2147483648.0, 2147483647.0, name,
                             "a signed 32-bit integer");
}

/// NaN and infinities pass; a finite value that float32 would round does not.
inline float Call::F32(int index, const char* name) const {
  double value = abi::Number(args, index, name);
  float rounded = static_cast<float>(value);
  if (value == value && static_cast<double>(rounded) != value) {
    TVM_FFI_THROW(ValueError) << name << " must be a float32 value, got " << value;
  }
  return rounded;
}

}  // namespace incipit

/// Registers `kernel`, a `void(const incipit::Call&)`, as the packed function `name` taking `argument_count` args.
#define INCIPIT_KERNEL(name, kernel, argument_count)                                                                  \
  TVM_FFI_STATIC_INIT_BLOCK() {                                                                                       \
    tvm::ffi::reflection::GlobalDef().def_packed(                                                                     \
        name, [](tvm::ffi::PackedArgs args, tvm::ffi::Any*) { kernel(incipit::abi::Decode(args, argument_count)); }); \
  }
