// Uniform on [low, high).
#include "fill-call.h"

namespace {

void Uniform(const incipit::Call& call) {
  incipit::UniformLaw law(call.U32(0, "count"), call.I32(1, "start"), call.F32(2, "step"));
  incipit::FillCall<incipit::StoreFloat32>(call, law, 3);
}

}  // namespace

INCIPIT_KERNEL("incipit.uniform", Uniform, 5);
