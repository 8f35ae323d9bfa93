// Memory of large CPU tensors, in whole wasm pages of their own.
//
// wasi-libc's allocator under zig rounds a large block up to the next power of two: a 65 MB tensor would take 128 MB
// of a memory that can never shrink. Blocks from 1 MiB up therefore come from memory.grow, and freed ones are joined
// with their neighbours and used again, best fit first. One thread: no locks.
#pragma once
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <map>

namespace incipit {
namespace large_allocation {

constexpr size_t kPageBytes = 65536;
constexpr size_t kThreshold = size_t(1) << 20;

/// Address to byte length. Never destroyed, because tensors may outlive static objects.
using Blocks = std::map<uintptr_t, size_t>;

inline Blocks& UsedBlocks() {
  static auto* blocks = new Blocks;
  return *blocks;
}

inline Blocks& FreeBlocks() {
  static auto* blocks = new Blocks;
  return *blocks;
}

/// Takes `size` bytes from the smallest free block that holds them; 0 when there is none.
inline uintptr_t TakeFreeBlock(size_t size) {
  Blocks& free_blocks = FreeBlocks();
  auto best = free_blocks.end();
  for (auto block = free_blocks.begin(); block != free_blocks.end(); ++block) {
    if (block->second >= size && (best == free_blocks.end() || block->second < best->second)) best = block;
  }
  if (best == free_blocks.end()) return 0;
  auto [address, length] = *best;
  free_blocks.erase(best);
  if (length > size) free_blocks[address + size] = length - size;
  return address;
}

inline void ReturnFreeBlock(uintptr_t address, size_t size) {
  Blocks& free_blocks = FreeBlocks();
  auto block = free_blocks.emplace(address, size).first;
  auto next = std::next(block);
  if (next != free_blocks.end() && block->first + block->second == next->first) {
    block->second += next->second;
    free_blocks.erase(next);
  }
  if (block == free_blocks.begin()) return;
  auto previous = std::prev(block);
  if (previous->first + previous->second == block->first) {
    previous->second += block->second;
    free_blocks.erase(block);
  }
}

/// As posix_memalign.
inline int Allocate(void** out, size_t alignment, size_t size) {
  if (size < kThreshold || alignment > kPageBytes) return posix_memalign(out, alignment, size);
  if (size > SIZE_MAX - kPageBytes) return ENOMEM;
  size = (size + kPageBytes - 1) / kPageBytes * kPageBytes;
  uintptr_t address = TakeFreeBlock(size);
  if (address == 0) {
    size_t page = __builtin_wasm_memory_grow(0, size / kPageBytes);
    if (page == SIZE_MAX) return ENOMEM;
    address = page * kPageBytes;
  }
  UsedBlocks()[address] = size;
  *out = reinterpret_cast<void*>(address);
  return 0;
}

/// As free, for blocks from Allocate.
inline void Release(void* pointer) {
  auto used = UsedBlocks().find(reinterpret_cast<uintptr_t>(pointer));
  if (used == UsedBlocks().end()) return free(pointer);
  auto [address, size] = *used;
  UsedBlocks().erase(used);
  ReturnFreeBlock(address, size);
}

}  // namespace large_allocation
}  // namespace incipit
