// What @mlc-ai/web-runtime calls besides TVM-FFI's own C API: raw memory, JavaScript functions as packed functions,
// the text of the last error, and a few global functions.
#include "tvm-config.h"

#include <tvm/ffi/container/array.h>
#include <tvm/ffi/function.h>
#include <tvm/ffi/reflection/registry.h>
#include <tvm/runtime/c_backend_api.h>
#include <tvm/runtime/logging.h>
#include <tvm/runtime/tensor.h>

#include <cstdio>
#include <cstdlib>
#include <string>

extern "C" {
// Imported from JavaScript.
int TVMFFIWasmSafeCall(void* self, const TVMFFIAny* args, int32_t count, TVMFFIAny* result);
void TVMFFIWasmFunctionDeleter(void* self);

void* TVMWasmAllocSpace(int size) { return malloc((static_cast<size_t>(size) + 7) & ~static_cast<size_t>(7)); }

void TVMWasmFreeSpace(void* pointer) { free(pointer); }

int TVMFFIWasmFunctionCreate(void* self, TVMFFIObjectHandle* out) {
  return TVMFFIFunctionCreate(self, TVMFFIWasmSafeCall, TVMFFIWasmFunctionDeleter, out);
}

/// `<kind>: <message>` of the error that the last failed call raised; valid until the next.
const char* TVMFFIWasmGetLastError() {
  static std::string text;
  tvm::ffi::Error error = tvm::ffi::details::MoveFromSafeCallRaised();
  text = std::string(error.kind()) + ": " + std::string(error.message());
  return text.c_str();
}

// One thread: a parallel region is one task.
int TVMBackendParallelLaunch(FTVMParallelLambda task, void* data, int) {
  TVMParallelGroupEnv group{};
  group.num_task = 1;
  return task(0, &group, data);
}

int TVMBackendParallelBarrier(int, TVMParallelGroupEnv*) { return 0; }
}  // extern "C"

namespace tvm {
namespace runtime {
namespace detail {

[[noreturn]] void LogFatalImpl(const std::string& file, int line, const std::string& message) {
  fprintf(stderr, "fatal: %s:%d: %s\n", file.c_str(), line, message.c_str());
  abort();
}

void LogMessageImpl(const std::string& file, int line, int level, const std::string& message) {
  static const char* const kLevels[] = {"debug", "info", "warning", "error"};
  fprintf(stderr, "%s: %s:%d: %s\n", kLevels[level & 3], file.c_str(), line, message.c_str());
}

}  // namespace detail
}  // namespace runtime
}  // namespace tvm

namespace {

namespace ffi = tvm::ffi;
using tvm::runtime::Tensor;

void CopyFromBytes(Tensor tensor, TVMFFIByteArray* bytes) { tensor.CopyFromBytes(bytes->data, bytes->size); }

ffi::Bytes CopyToBytes(Tensor tensor) {
  std::string bytes(ffi::GetDataSize(*tensor.operator->()), '\0');
  tensor.CopyToBytes(bytes.data(), bytes.size());
  return ffi::Bytes(std::move(bytes));
}

void ConcatArrays(ffi::PackedArgs args, ffi::Any* result) {
  ffi::Array<ffi::Any> all;
  for (int i = 0; i < args.size(); ++i) {
    for (ffi::Any item : args[i].cast<ffi::Array<ffi::Any>>()) all.push_back(item);
  }
  *result = all;
}

void Absent(ffi::PackedArgs, ffi::Any*) {
  TVM_FFI_THROW(RuntimeError) << "this function of TVM is left out of Incipit's runtime";
}

// web-runtime looks these up once while it starts, and calls them only for language models.
constexpr const char* kAbsentFunctions[] = {
    "tvmjs.array.decode_storage",
    "tvmjs.runtime.ConcatEmbeddings",
    "vm.builtin.apply_presence_and_frequency_penalty",
    "vm.builtin.apply_repetition_penalty",
    "vm.builtin.apply_softmax_with_temperature",
    "vm.builtin.param_module_from_cache",
    "vm.builtin.param_module_from_cache_by_name",
    "vm.builtin.sample_top_p_from_logits",
    "vm.builtin.sample_top_p_from_prob",
    "vm.builtin.tensor_cache.clear",
    "vm.builtin.tensor_cache.get",
    "vm.builtin.tensor_cache.remove",
    "vm.builtin.tensor_cache.update",
};

}  // namespace

TVM_FFI_STATIC_INIT_BLOCK() {
  ffi::reflection::GlobalDef definitions;
  definitions.def("tvmjs.runtime.TensorCopyFromBytes", CopyFromBytes)
      .def("tvmjs.runtime.TensorCopyToBytes", CopyToBytes)
      .def_packed("tvmjs.runtime.ArrayConcat", ConcatArrays);
  for (const char* name : kAbsentFunctions) definitions.def_packed(name, Absent);
}
