// The difference of two uniform numbers of 24 bits, times one float: triangular on (-reach, reach).
#include <stdint.h>

namespace {

constexpr uint32_t kParity = 0x1bd11bda;

struct Block {
  uint32_t x0, x1;
};

uint32_t Rotate(uint32_t word, int distance) { return word << distance | word >> (32 - distance); }

// Threefry-2x32 with 13 rounds (Salmon et al., SC 2011), as Incipit's own laws draw.
Block Encipher(uint32_t key0, uint32_t key1, Block x) {
  constexpr int kDistances[8] = {13, 15, 26, 6, 17, 29, 16, 24};
  const uint32_t schedule[3] = {key0, key1, key0 ^ key1 ^ kParity};
  x.x0 += key0;
  x.x1 += key1;
  for (uint32_t round = 0; round < 13; round++) {
    x.x0 += x.x1;
    x.x1 = Rotate(x.x1, kDistances[round % 8]) ^ x.x0;
    if (round % 4 == 3) {
      const uint32_t injection = round / 4 + 1;
      x.x0 += schedule[injection % 3];
      x.x1 += schedule[(injection + 1) % 3] + injection;
    }
  }
  return x;
}

}  // namespace

// Each element has a block of its own, numbered by its index in the parameter: how a parameter is cut does not show.
extern "C" void fill(float* out, uint32_t count, uint32_t key0, uint32_t key1, uint32_t offset_low,
                     uint32_t offset_high, double reach) {
  const float scale = static_cast<float>(reach) * 0x1p-24f;
  const uint64_t offset = static_cast<uint64_t>(offset_high) << 32 | offset_low;
  for (uint32_t i = 0; i < count; i++) {
    const uint64_t index = offset + i;
    const Block words = Encipher(key0, key1, {static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32)});
    // Both are below 2^24, so the difference is exact as a float: one rounding, that of the product.
    const int32_t difference = static_cast<int32_t>(words.x0 >> 8) - static_cast<int32_t>(words.x1 >> 8);
    out[i] = static_cast<float>(difference) * scale;
  }
}
