"""Unpacks from wheels what the native build reads, and nothing else: unpack.py WHEELS_FOLDER TARGET_FOLDER"""
import pathlib
import sys
import zipfile

KEEP = (
    "tvm/include/",
    "tvm/src/runtime/",
    "tvm/web/emcc/",
    "tvm/LICENSE",
    "tvm_ffi/include/",
    "tvm_ffi/src/",
    "ziglang/LICENSE",
    "ziglang/lib/",
    "ziglang/zig",
)
# Headers and sources for targets other than wasm32-wasi: half of the compiler's wheel.
DROP = (
    "ziglang/lib/docs/",
    "ziglang/lib/libc/darwin/",
    "ziglang/lib/libc/freebsd/",
    "ziglang/lib/libc/glibc/",
    "ziglang/lib/libc/mingw/",
    "ziglang/lib/libc/netbsd/",
    "ziglang/lib/libc/openbsd/",
    "ziglang/lib/libtsan/",
)
LIBC_HEADERS = "ziglang/lib/libc/include/"
WASI_HEADERS = (LIBC_HEADERS + "generic-musl/", LIBC_HEADERS + "wasm-")


def wanted(name):
    if name.startswith(LIBC_HEADERS):
        return name.startswith(WASI_HEADERS)
    return name.startswith(KEEP) and not name.startswith(DROP)


def unpack(wheel, target):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target, [name for name in archive.namelist() if wanted(name)])


def main(wheels, target):
    for wheel in sorted(pathlib.Path(wheels).glob("*.whl")):
        unpack(wheel, target)
    for compiler in pathlib.Path(target, "ziglang").glob("zig*"):
        if compiler.is_file():
            compiler.chmod(0o755)


main(*sys.argv[1:])
