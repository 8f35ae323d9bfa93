// Threefry-2x32 with 13 rounds (Salmon et al., SC 2011), sixteen blocks at a time.
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

/// Vectors side by side: a round waits for the one before, and one chain alone leaves most of the processor idle.
constexpr int kWays = 4;

/// The two words of four times kWays blocks.
struct State {
  v128_t x0[kWays], x1[kWays];
};

template <int kDistance>
inline v128_t RotateLeft(v128_t x) {
  if constexpr (kDistance == 16) return wasm_i16x8_shuffle(x, x, 1, 0, 3, 2, 5, 4, 7, 6);
  if constexpr (kDistance == 24) return wasm_i8x16_shuffle(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
  return wasm_v128_or(wasm_i32x4_shl(x, kDistance), wasm_u32x4_shr(x, 32 - kDistance));
}

template <int kDistance>
inline void Round(State& state) {
  for (int way = 0; way < kWays; ++way) {
    state.x0[way] = wasm_i32x4_add(state.x0[way], state.x1[way]);
    state.x1[way] = wasm_v128_xor(RotateLeft<kDistance>(state.x1[way]), state.x0[way]);
  }
}

inline void Add(State& state, v128_t first, v128_t second) {
  for (int way = 0; way < kWays; ++way) {
    state.x0[way] = wasm_i32x4_add(state.x0[way], first);
    state.x1[way] = wasm_i32x4_add(state.x1[way], second);
  }
}

template <int kIndex>
inline void Inject(State& state, v128_t first, v128_t second) {
  Add(state, first, wasm_i32x4_add(second, wasm_i32x4_const_splat(kIndex)));
}

inline void RoundsA(State& state) { Round<13>(state), Round<15>(state), Round<26>(state), Round<6>(state); }

inline void RoundsB(State& state) { Round<17>(state), Round<29>(state), Round<16>(state), Round<24>(state); }

/// Enciphers counters in place.
inline __attribute__((always_inline)) void Encipher(const StreamKey& key, State& state) {
  Add(state, key.k0, key.k1);
  RoundsA(state), Inject<1>(state, key.k1, key.k2);
  RoundsB(state), Inject<2>(state, key.k2, key.k0);
  RoundsA(state), Inject<3>(state, key.k0, key.k1);
  Round<17>(state);
}

}  // namespace threefry

/// GenerateWords writes whole turns of this many words.
constexpr uint32_t kWordsPerTurn = 8 * threefry::kWays;

/// Writes `count` words, two a block from `block` on, in element order; and words that follow, to the end of a turn.
inline void GenerateWords(const StreamKey& key, uint64_t block, uint32_t count, uint32_t* words) {
  using threefry::kWays;
  v128_t base = wasm_u32x4_splat(static_cast<uint32_t>(block));
  v128_t low = wasm_i32x4_add(base, wasm_u32x4_const(0, 1, 2, 3));
  v128_t high = wasm_u32x4_splat(static_cast<uint32_t>(block >> 32));
  for (uint32_t done = 0; done < count; done += kWordsPerTurn) {
    threefry::State state;
    for (int way = 0; way < kWays; ++way) {
      state.x0[way] = wasm_i32x4_add(low, wasm_i32x4_splat(4 * way));
      // A lane that has wrapped is below the first: the comparison is the carry, as minus one.
      state.x1[way] = wasm_i32x4_sub(high, wasm_u32x4_lt(state.x0[way], base));
    }
    threefry::Encipher(key, state);
    for (int way = 0; way < kWays; ++way, words += 8) {
      wasm_v128_store(words, wasm_i32x4_shuffle(state.x0[way], state.x1[way], 0, 4, 1, 5));
      wasm_v128_store(words + 4, wasm_i32x4_shuffle(state.x0[way], state.x1[way], 2, 6, 3, 7));
    }
    low = wasm_i32x4_add(low, wasm_u32x4_const_splat(4 * kWays));
  }
}

}  // namespace incipit
