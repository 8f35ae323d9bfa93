// TVM's compile-time switches, the same in every unit of ours that includes its headers.
#pragma once
#define TVM_LOG_DEBUG 0
// LogFatalImpl and LogMessageImpl are ours: web-abi.cc.
#define TVM_LOG_CUSTOMIZE 1
#define TVM_FFI_USE_LIBBACKTRACE 0
// An exception reaches JavaScript with its message; printing it as well would say it twice.
#define TVM_FFI_ALWAYS_LOG_BEFORE_THROW 0
