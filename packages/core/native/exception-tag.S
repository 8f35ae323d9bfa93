# The tag that C++ exceptions carry in wasm. Emscripten's runtime defines it; wasi-libc does not.
.tagtype __cpp_exception i32
.globl __cpp_exception
__cpp_exception:
