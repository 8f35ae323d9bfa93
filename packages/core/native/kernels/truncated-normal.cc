// Normal conditioned on [low, high].
#include "fill-call.h"

namespace {

using incipit::NormalLaw, incipit::ProbabilityQuantile;

ProbabilityQuantile ReadProbability(const incipit::Call& call) {
  return ProbabilityQuantile(call.U32(0, "startHigh"), call.U32(1, "startLow"), call.U32(2, "widthHigh"),
                             call.U32(3, "widthLow"));
}

void TruncatedNormal(const incipit::Call& call) {
  NormalLaw<ProbabilityQuantile, incipit::ScaleStage> law{ReadProbability(call), ReadScale(call, 4)};
  incipit::FillCall<incipit::StoreClampedFloat32>(call, law, 5);
}

void TruncatedNormalGrid(const incipit::Call& call) {
  NormalLaw<ProbabilityQuantile, incipit::GridStage> law{ReadProbability(call), ReadGrid(call, 4)};
  incipit::FillCall<incipit::StoreClampedFloat32>(call, law, 7);
}

void TruncatedNormalNarrow(const incipit::Call& call) {
  incipit::NarrowLaw law(call.I32(0, "bend"), call.I32(1, "twist"), call.U32(2, "count"), call.I32(3, "start"),
                         call.F32(4, "step"));
  incipit::FillCall<incipit::StoreClampedFloat32>(call, law, 5);
}

}  // namespace

INCIPIT_KERNEL("incipit.truncated_normal", TruncatedNormal, 7);
INCIPIT_KERNEL("incipit.truncated_normal_grid", TruncatedNormalGrid, 9);
INCIPIT_KERNEL("incipit.truncated_normal_narrow", TruncatedNormalNarrow, 7);
