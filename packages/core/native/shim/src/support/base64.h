// Stand-in for a header that the apache-tvm wheel leaves out. Only the JSON form of tensors uses base64, and nothing
// here uses that form: these refuse when called.
#pragma once
#include <tvm/ffi/error.h>
#include <tvm/support/io.h>

namespace tvm {
namespace support {

class AbsentBase64Stream : public Stream {
 public:
  using Stream::Read;
  using Stream::Write;
  explicit AbsentBase64Stream(Stream*) {}
  size_t Read(void*, size_t) final { Refuse(); }
  size_t Write(const void*, size_t) final { Refuse(); }
  void Finish() {}
  void InitPosition() {}

 private:
  [[noreturn]] static void Refuse() {
    TVM_FFI_THROW(RuntimeError) << "the JSON form of tensors is left out of Incipit's runtime";
  }
};
using Base64OutStream = AbsentBase64Stream;
using Base64InStream = AbsentBase64Stream;

}  // namespace support
}  // namespace tvm
