// From a call to the loops of fill.h.
#pragma once
#include "element-laws.h"
#include "fill.h"
#include "kernel-abi.h"

namespace incipit {

/// Fills what `call` asks for. `bounds` is the index of its argument `low`, which `high` follows.
/// `Float32` says whether the law's float32 values need the clamp.
template <class Float32, class Law>
void FillCall(const Call& call, const Law& law, int bounds) {
  Slice slice{call.key0, call.key1, call.offset, call.count};
  Clamp clamp(call.F32(bounds, "low"), call.F32(bounds + 1, "high"));
  switch (call.dtype) {
    case DType::kFloat32:
      return Fill(slice, law, Float32{clamp}, call.out);
    case DType::kFloat16:
      return Fill(slice, law, StoreFloat16{clamp}, call.out);
    case DType::kBFloat16:
      return Fill(slice, law, StoreBFloat16{clamp}, call.out);
  }
}

/// The arguments of the stages, from `index` on.
inline ScaleStage ReadScale(const Call& call, int index) { return ScaleStage(call.F32(index, "scale")); }

inline GridStage ReadGrid(const Call& call, int index) {
  return GridStage(call.U32(index, "slope"), call.I32(index + 1, "mean"), call.F32(index + 2, "step"));
}

}  // namespace incipit
