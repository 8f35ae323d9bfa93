// The part of TVM's C++ runtime that @mlc-ai/web-runtime needs, as one translation unit: devices, tensors, workspaces
// and the FFI. TVM's VM, RPC and tensor cache are left out: they would add 2.4 MB, and nothing here uses them.
#include "tvm-config.h"
// Before the macros below, so that they rename nothing in the standard library.
#include <tvm/ffi/function.h>
#include <tvm/ffi/reflection/registry.h>
#include <tvm/runtime/device_api.h>
#include <tvm/runtime/logging.h>

#include <cstdlib>
#include <cstring>

#include "large-allocation.h"
#include "runtime/workspace_pool.h"

#define posix_memalign incipit::large_allocation::Allocate
#define free incipit::large_allocation::Release
#include "runtime/cpu_device_api.cc"
#undef posix_memalign
#undef free

#include "runtime/device_api.cc"
#include "runtime/tensor.cc"
#include "runtime/workspace_pool.cc"

#include "ffi/backtrace.cc"
#include "ffi/container.cc"
#include "ffi/custom_allocator.cc"
#include "ffi/dtype.cc"
#include "ffi/error.cc"
#include "ffi/extra/env_c_api.cc"
#include "ffi/extra/env_context.cc"
#include "ffi/extra/json_parser.cc"
#include "ffi/extra/json_writer.cc"
#include "ffi/extra/library_module.cc"
#include "ffi/extra/library_module_system_lib.cc"
#include "ffi/extra/module.cc"
#include "ffi/function.cc"
#include "ffi/init_once.cc"
#include "ffi/object.cc"
#include "ffi/tensor.cc"
