// Stand-in for a header that the apache-tvm wheel leaves out: streams over bytes in memory.
#pragma once
#include <tvm/ffi/string.h>
#include <tvm/support/io.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace tvm {
namespace support {

class BytesInStream final : public Stream {
 public:
  using Stream::Read;
  using Stream::Write;
  BytesInStream(const void* bytes, size_t size) : next_(static_cast<const char*>(bytes)), left_(size) {}
  explicit BytesInStream(const std::string& bytes) : BytesInStream(bytes.data(), bytes.size()) {}
  explicit BytesInStream(const ffi::Bytes& bytes) : BytesInStream(bytes.data(), bytes.size()) {}

  size_t Read(void* to, size_t size) final {
    size = std::min(size, left_);
    if (size > 0) std::memcpy(to, next_, size);
    next_ += size;
    left_ -= size;
    return size;
  }
  size_t Write(const void*, size_t) final { return 0; }

 private:
  const char* next_;
  size_t left_;
};

class BytesOutStream final : public Stream {
 public:
  using Stream::Read;
  using Stream::Write;
  explicit BytesOutStream(std::string* to) : to_(to) {}

  size_t Read(void*, size_t) final { return 0; }
  size_t Write(const void* from, size_t size) final {
    to_->append(static_cast<const char*>(from), size);
    return size;
  }

 private:
  std::string* to_;
};

}  // namespace support
}  // namespace tvm
