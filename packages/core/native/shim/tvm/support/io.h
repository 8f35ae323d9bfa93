// Stand-in for a header that the apache-tvm wheel leaves out: the byte stream that serializers write to and read from.
#pragma once
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace tvm {
namespace support {

template <class T, class = void>
struct Serializer {
  static constexpr bool enabled = false;
};

class Stream {
 public:
  virtual ~Stream() = default;
  /// Returns how many bytes were read.
  virtual size_t Read(void* to, size_t size) = 0;
  /// Returns how many bytes were written.
  virtual size_t Write(const void* from, size_t size) = 0;

  template <class T>
  void Write(const T& value) {
    Serializer<T>::Write(this, value);
  }
  template <class T>
  bool Read(T* value) {
    return Serializer<T>::Read(this, value);
  }
  template <class T>
  void WriteArray(const T* values, size_t count) {
    for (size_t i = 0; i < count; ++i) Write(values[i]);
  }
  template <class T>
  bool ReadArray(T* values, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      if (!Read(&values[i])) return false;
    }
    return true;
  }
};

}  // namespace support
}  // namespace tvm
