import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TOOLCHAIN_KEY } from './toolchain.mjs';

/** This folder. */
export const NATIVE = fileURLToPath(new URL('.', import.meta.url));

/**
 * One thing to compile. Paths begin with a name that {@link place} replaces, so that no key depends on where the
 * checkout lies; the compiler runs in the toolchain's folder, where `tvm`, `tvm_ffi` and `ziglang` lie.
 *
 * @typedef {object} Unit
 * @property {string} name
 * @property {'c++' | 'cc'} driver
 * @property {string} source
 * @property {readonly string[]} flags
 * @property {string} key changes whenever the object would.
 */

const TARGET = ['-target', 'wasm32-wasi', '-mcpu=generic+simd128+exception_handling'];
const SHARED = ['-DTVM_FFI_CMAKE_LITTLE_ENDIAN=1', '-fwasm-exceptions', '-fno-math-errno'];
const TVM_INCLUDES = [
  // Our stand-ins come first; TVM reaches the second folder as "../support/…" and "../../src/support/…".
  '@native/shim',
  '@native/shim/src/support',
  '@native',
  'tvm/include',
  'tvm_ffi/include',
  'tvm/src',
  'tvm_ffi/src',
].map((folder) => `-I${folder}`);
// __FILE__ and debug names must not tell where the build ran.
const PREFIX_MAP = ['-ffile-prefix-map=@native=incipit', '-ffile-prefix-map=@toolchain/='];
const TVM_FLAGS = [...TARGET, '-O3', '-std=c++17', ...SHARED, ...PREFIX_MAP, ...TVM_INCLUDES];

// zig ships libc++abi's exception code but links wasi programs with the set that has no exceptions, where some of its
// symbols are defined already: our copy of the exception code takes other names for those.
const ABI_DOUBLES = [
  '__setExceptionClass',
  '__getExceptionClass',
  '__isOurExceptionClass',
  '__cxa_decrement_exception_refcount',
  '__cxa_increment_exception_refcount',
  '__cxa_current_primary_exception',
  '__cxa_rethrow_primary_exception',
  '__cxa_uncaught_exception',
  '__cxa_uncaught_exceptions',
];
const ABI_FLAGS = [
  ...TARGET,
  '-O3',
  '-fwasm-exceptions',
  ...PREFIX_MAP,
  '-D_LIBCPP_BUILDING_LIBRARY',
  '-D_LIBCXXABI_BUILDING_LIBRARY',
  '-D_LIBCXXABI_HAS_NO_THREADS',
  '-D_LIBUNWIND_HAS_NO_THREADS',
  '-D_LIBUNWIND_HIDE_SYMBOLS',
  ...ABI_DOUBLES.map((symbol) => `-D${symbol}=incipit${symbol}`),
  ...['libcxxabi/include', 'libcxxabi/src', 'libcxx/src', 'libunwind/include'].map((f) => `-Iziglang/lib/${f}`),
];

/** The C functions that web-runtime calls. */
const EXPORTS = [
  'TVMFFIAnyViewToOwnedAny',
  'TVMFFIDataTypeToString',
  'TVMFFIErrorSetRaisedFromCStr',
  'TVMFFIFunctionCall',
  'TVMFFIFunctionGetGlobal',
  'TVMFFIFunctionSetGlobal',
  'TVMFFIGetTypeInfo',
  'TVMFFIObjectDecRef',
  'TVMFFITypeKeyToIndex',
  'TVMFFIWasmFunctionCreate',
  'TVMFFIWasmGetLastError',
  'TVMWasmAllocSpace',
  'TVMWasmFreeSpace',
];
const STACK_BYTES = 1 << 20;

/** Arguments of the link, before the objects. JavaScript gives what is undefined: TVMFFIWasmSafeCall and its like. */
export const LINK_FLAGS = [
  ...TARGET,
  '-mexec-model=reactor',
  '-O3',
  '-s',
  '-Wl,--import-symbols',
  `-Wl,-z,stack-size=${STACK_BYTES}`,
  ...EXPORTS.map((symbol) => `-Wl,--export=${symbol}`),
];

/**
 * Everything that goes into the wasm, slowest first. Each `kernels/*.cc` is a unit, in the order of their names.
 *
 * @returns {readonly Unit[]}
 */
export function listUnits() {
  const runtimeHeaders = headersOf('.', 'shim', 'shim/tvm/support', 'shim/src/support');
  const kernelHeaders = runtimeHeaders + headersOf('kernels');
  const kernels = readdirSync(`${NATIVE}kernels`)
    .filter((file) => file.endsWith('.cc'))
    .sort();
  const unit = (/** @type {string} */ source, /** @type {readonly string[]} */ flags, headers = '') =>
    createUnit(source, flags, headers);
  return [
    unit('@native/runtime.cc', TVM_FLAGS, runtimeHeaders),
    unit('tvm/web/emcc/webgpu_runtime.cc', TVM_FLAGS, runtimeHeaders),
    unit('@native/web-abi.cc', TVM_FLAGS, runtimeHeaders),
    ...kernels.map((file) => unit(`@native/kernels/${file}`, TVM_FLAGS, kernelHeaders)),
    unit('ziglang/lib/libcxxabi/src/cxa_exception.cpp', [...ABI_FLAGS, '-std=c++23']),
    unit('ziglang/lib/libcxxabi/src/cxa_personality.cpp', [...ABI_FLAGS, '-std=c++23']),
    unit('ziglang/lib/libunwind/src/Unwind-wasm.c', [...ABI_FLAGS, '-std=c23']),
    unit('@native/exception-tag.S', TARGET),
  ];
}

/**
 * Changes whenever the wasm would.
 *
 * @param {readonly Unit[]} units
 */
export function wasmKey(units) {
  return hash(...LINK_FLAGS, ...units.map((unit) => unit.key));
}

/** @returns {Unit} */
function createUnit(
  /** @type {string} */ source,
  /** @type {readonly string[]} */ flags,
  /** @type {string} */ headers,
) {
  const text = source.startsWith('@native/') ? readFileSync(place(source, ''), 'utf8') : '';
  const driver = /\.(?:cc|cpp)$/.test(source) ? 'c++' : 'cc';
  const key = hash(TOOLCHAIN_KEY, driver, source, ...flags, headers, text);
  return { name: source.slice(source.lastIndexOf('/') + 1), driver, source, flags, key };
}

/** Contents of the headers that lie directly in `folders`; `mutex` of the shim has no suffix. */
function headersOf(/** @type {readonly string[]} */ ...folders) {
  const contents = [];
  for (const folder of folders) {
    for (const entry of readdirSync(`${NATIVE}${folder}`, { withFileTypes: true })) {
      if (!entry.isFile() || !/\.h$|^[^.]+$/.test(entry.name)) continue;
      contents.push(entry.name, readFileSync(`${NATIVE}${folder}/${entry.name}`, 'utf8'));
    }
  }
  return hash(...contents);
}

/**
 * `text` with the real places of this folder and of the toolchain.
 *
 * @param {string} text
 * @param {string} toolchain
 */
export function place(text, toolchain) {
  return text.replaceAll('@native', NATIVE.replace(/[\\/]$/, '')).replaceAll('@toolchain', toolchain);
}

/** @param {readonly string[]} parts */
function hash(...parts) {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part).update('\0');
  return digest.digest('hex').slice(0, 32);
}
