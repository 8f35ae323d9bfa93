// Threefry-2x32 with 13 rounds (Salmon et al., SC 2011), four blocks at a time.
#pragma once
#include <wasm_simd128.h>

#include <cstdint>

namespace incipit {

constexpr uint32_t kThreefryParity = 0x1bd11bda;

/// The key of one stream and its schedule, one word in all lanes.
struct StreamKey {
  v128_t k0, k1, k2;

  StreamKey(uint32_t low, uint32_t high)
      : k0(wasm_u32x4_splat(low)), k1(wasm_u32x4_splat(high)), k2(wasm_u32x4_splat(low ^ high ^ kThreefryParity)) {}
};

namespace threefry {

template <int kDistance>
inline void Round(v128_t& x0, v128_t& x1) {
  x0 = wasm_i32x4_add(x0, x1);
  if constexpr (kDistance == 16) {
    x1 = wasm_i16x8_shuffle(x1, x1, 1, 0, 3, 2, 5, 4, 7, 6);
  } else if constexpr (kDistance == 24) {
    x1 = wasm_i8x16_shuffle(x1, x1, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
  } else {
    x1 = wasm_v128_or(wasm_i32x4_shl(x1, kDistance), wasm_u32x4_shr(x1, 32 - kDistance));
  }
  x1 = wasm_v128_xor(x1, x0);
}

template <int kIndex>
inline void Inject(v128_t& x0, v128_t& x1, v128_t first, v128_t second) {
  x0 = wasm_i32x4_add(x0, first);
  x1 = wasm_i32x4_add(x1, wasm_i32x4_add(second, wasm_i32x4_const_splat(kIndex)));
}

inline void RoundsA(v128_t& x0, v128_t& x1) {
  Round<13>(x0, x1), Round<15>(x0, x1), Round<26>(x0, x1), Round<6>(x0, x1);
}

inline void RoundsB(v128_t& x0, v128_t& x1) {
  Round<17>(x0, x1), Round<29>(x0, x1), Round<16>(x0, x1), Round<24>(x0, x1);
}

/// Enciphers four counters in place.
inline __attribute__((always_inline)) void Encipher(const StreamKey& key, v128_t& x0, v128_t& x1) {
  x0 = wasm_i32x4_add(x0, key.k0);
  x1 = wasm_i32x4_add(x1, key.k1);
  RoundsA(x0, x1), Inject<1>(x0, x1, key.k1, key.k2);
  RoundsB(x0, x1), Inject<2>(x0, x1, key.k2, key.k0);
  RoundsA(x0, x1), Inject<3>(x0, x1, key.k0, key.k1);
  Round<17>(x0, x1);
}

}  // namespace threefry

/// Writes the words of blocks [block, block + 4 * groups), two a block, in element order.
inline void GenerateWords(const StreamKey& key, uint64_t block, uint32_t groups, uint32_t* words) {
  uint32_t first = static_cast<uint32_t>(block);
  v128_t base = wasm_u32x4_splat(first);
  v128_t low = wasm_i32x4_add(base, wasm_u32x4_const(0, 1, 2, 3));
  v128_t high = wasm_u32x4_splat(static_cast<uint32_t>(block >> 32));
  for (uint32_t group = 0; group < groups; ++group, words += 8) {
    v128_t x0 = low;
    // A lane that has wrapped is below the first: the comparison is the carry, as minus one.
    v128_t x1 = wasm_i32x4_sub(high, wasm_u32x4_lt(low, base));
    threefry::Encipher(key, x0, x1);
    wasm_v128_store(words, wasm_i32x4_shuffle(x0, x1, 0, 4, 1, 5));
    wasm_v128_store(words + 4, wasm_i32x4_shuffle(x0, x1, 2, 6, 3, 7));
    low = wasm_i32x4_add(low, wasm_u32x4_const_splat(4));
  }
}

}  // namespace incipit
