// Every element is one value, given as its bits in the stored dtype.
#include "kernel-abi.h"

#include <algorithm>

namespace {

void Constant(const incipit::Call& call) {
  uint32_t bits = call.U32(0, "bits");
  if (call.dtype == incipit::DType::kFloat32) {
    std::fill_n(static_cast<uint32_t*>(call.out), call.count, bits);
  } else {
    std::fill_n(static_cast<uint16_t*>(call.out), call.count, static_cast<uint16_t>(bits));
  }
}

}  // namespace

INCIPIT_KERNEL("incipit.constant", Constant, 1);
