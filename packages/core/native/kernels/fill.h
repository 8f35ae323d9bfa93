// Fills a slice of a stream: words into the first-level cache, a law over them, the result to memory. Doing both in
// one loop is slower: the two together need more registers than there are.
#pragma once
#include <cstdint>
#include <cstring>

#include "stores.h"
#include "threefry.h"

namespace incipit {

/// Elements [offset, offset + count) of the stream of a key.
struct Slice {
  uint32_t key0, key1;
  uint64_t offset;
  uint32_t count;
};

constexpr uint32_t kBlockWords = 2048;

/// `law(words)` gives four values for four words; `store(out, first, second)` writes eight.
template <class Law, class Store>
void Fill(const Slice& slice, const Law& law, const Store& store, void* destination) {
  using Element = typename Store::Element;
  // Room for a first word that is left out, and for the last group to be read whole.
  alignas(64) uint32_t words[kBlockWords + 16];
  StreamKey key(slice.key0, slice.key1);
  Element* out = static_cast<Element*>(destination);
  uint64_t offset = slice.offset;
  for (uint32_t left = slice.count; left > 0;) {
    uint32_t skip = offset & 1;
    uint32_t count = left < kBlockWords - skip ? left : kBlockWords - skip;
    GenerateWords(key, offset >> 1, (skip + count + 7) / 8 + skip, words);
    const uint32_t* in = words + skip;
    auto eight = [&](uint32_t index, Element* to) {
      store(to, law(wasm_v128_load(in + index)), law(wasm_v128_load(in + index + 4)));
    };
    uint32_t whole = count & ~7u;
    for (uint32_t index = 0; index < whole; index += 8) eight(index, out + index);
    if (whole < count) {
      Element rest[8];
      eight(whole, rest);
      memcpy(out + whole, rest, (count - whole) * sizeof(Element));
    }
    out += count;
    offset += count;
    left -= count;
  }
}

}  // namespace incipit
