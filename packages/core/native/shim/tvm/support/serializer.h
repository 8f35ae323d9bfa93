// Stand-in for a header that the apache-tvm wheel leaves out. The layout is TVM's: little-endian values as they lie in
// memory; strings, arrays and maps with their length in 64 bits before them.
#pragma once
#include <tvm/ffi/container/array.h>
#include <tvm/ffi/container/map.h>
#include <tvm/ffi/string.h>
#include <tvm/support/io.h>

#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace tvm {
namespace support {

template <class T>
constexpr bool kIsRaw =
    std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, DLDevice> || std::is_same_v<T, DLDataType>;

template <class T>
struct Serializer<T, std::enable_if_t<kIsRaw<T>>> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const T& value) { stream->Write(static_cast<const void*>(&value), sizeof(T)); }
  static bool Read(Stream* stream, T* value) { return stream->Read(static_cast<void*>(value), sizeof(T)) == sizeof(T); }
};

template <>
struct Serializer<std::string> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const std::string& value) {
    stream->Write<uint64_t>(value.size());
    stream->Write(static_cast<const void*>(value.data()), value.size());
  }
  static bool Read(Stream* stream, std::string* value) {
    uint64_t size = 0;
    if (!stream->Read(&size)) return false;
    value->resize(size);
    return stream->Read(static_cast<void*>(value->data()), size) == size;
  }
};

template <>
struct Serializer<ffi::String> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const ffi::String& value) { stream->Write(std::string(value)); }
  static bool Read(Stream* stream, ffi::String* value) {
    std::string text;
    if (!stream->Read(&text)) return false;
    *value = ffi::String(std::move(text));
    return true;
  }
};

template <class T>
struct Serializer<ffi::Array<T>> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const ffi::Array<T>& values) {
    stream->Write<uint64_t>(values.size());
    for (T value : values) stream->Write(value);
  }
  static bool Read(Stream* stream, ffi::Array<T>* values) {
    uint64_t count = 0;
    if (!stream->Read(&count)) return false;
    *values = ffi::Array<T>();
    for (; count > 0; --count) {
      T value;
      if (!stream->Read(&value)) return false;
      values->push_back(value);
    }
    return true;
  }
};

template <class K, class V>
struct Serializer<std::unordered_map<K, V>> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const std::unordered_map<K, V>& map) {
    stream->Write<uint64_t>(map.size());
    for (const auto& entry : map) {
      stream->Write(entry.first);
      stream->Write(entry.second);
    }
  }
  static bool Read(Stream* stream, std::unordered_map<K, V>* map) {
    uint64_t count = 0;
    if (!stream->Read(&count)) return false;
    map->clear();
    for (; count > 0; --count) {
      K key;
      V value;
      if (!stream->Read(&key) || !stream->Read(&value)) return false;
      map->emplace(std::move(key), std::move(value));
    }
    return true;
  }
};

template <class K, class V>
struct Serializer<ffi::Map<K, V>> {
  static constexpr bool enabled = true;
  static void Write(Stream* stream, const ffi::Map<K, V>& map) {
    stream->Write<uint64_t>(map.size());
    for (auto entry : map) {
      stream->Write(entry.first);
      stream->Write(entry.second);
    }
  }
  static bool Read(Stream* stream, ffi::Map<K, V>* map) {
    uint64_t count = 0;
    if (!stream->Read(&count)) return false;
    *map = ffi::Map<K, V>();
    for (; count > 0; --count) {
      K key;
      V value(nullptr);
      if (!stream->Read(&key) || !stream->Read(&value)) return false;
      map->Set(key, value);
    }
    return true;
  }
};

}  // namespace support
}  // namespace tvm
