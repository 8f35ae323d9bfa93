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
static_assert(kBlockWords % kWordsPerTurn == 0);

/// `law(words)` gives four values for four words; `store(out, first, second)` writes eight.
template <class Law, class Store>
inline __attribute__((always_inline)) void FillBlock(const uint32_t* words, uint32_t count, const Law& law,
                                                     const Store& store, typename Store::Element* out) {
  uint32_t index = 0;
  // Four vectors a turn, their words loaded first: the laws wait for table rows, and four waits overlap.
  for (; index + 16 <= count; index += 16) {
    v128_t words0 = wasm_v128_load(words + index), words1 = wasm_v128_load(words + index + 4);
    v128_t words2 = wasm_v128_load(words + index + 8), words3 = wasm_v128_load(words + index + 12);
    v128_t values0 = law(words0), values1 = law(words1), values2 = law(words2), values3 = law(words3);
    store(out + index, values0, values1);
    store(out + index + 8, values2, values3);
  }
  for (; index < count; index += 8) {
    typename Store::Element last[8];
    store(last, law(wasm_v128_load(words + index)), law(wasm_v128_load(words + index + 4)));
    memcpy(out + index, last, (count - index < 8 ? count - index : 8) * sizeof(last[0]));
  }
}

template <class Law, class Store>
void Fill(const Slice& slice, const Law& law, const Store& store, void* destination) {
  // A last group is read whole, up to eight words beyond the block: what comes of those is dropped.
  alignas(64) uint32_t words[kBlockWords + 8];
  StreamKey key(slice.key0, slice.key1);
  auto* out = static_cast<typename Store::Element*>(destination);
  uint64_t offset = slice.offset;
  for (uint32_t left = slice.count; left > 0;) {
    // An odd start leaves out a block's first word.
    uint32_t skip = offset & 1;
    uint32_t count = left < kBlockWords - skip ? left : kBlockWords - skip;
    GenerateWords(key, offset >> 1, skip + count, words);
    FillBlock(words + skip, count, law, store, out);
    out += count;
    offset += count;
    left -= count;
  }
}

}  // namespace incipit
