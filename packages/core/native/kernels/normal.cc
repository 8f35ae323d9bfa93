// Normal: with mean 0 by one multiplication, else on a grid.
#include "fill-call.h"

namespace {

using incipit::NormalLaw, incipit::WordQuantile;

void Normal(const incipit::Call& call) {
  NormalLaw<WordQuantile, incipit::ScaleStage> law{{}, ReadScale(call, 0)};
  incipit::FillCall<incipit::StoreFloat32>(call, law, 1);
}

void NormalGrid(const incipit::Call& call) {
  NormalLaw<WordQuantile, incipit::GridStage> law{{}, ReadGrid(call, 0)};
  incipit::FillCall<incipit::StoreClampedFloat32>(call, law, 3);
}

}  // namespace

INCIPIT_KERNEL("incipit.normal", Normal, 3);
INCIPIT_KERNEL("incipit.normal_grid", NormalGrid, 5);
