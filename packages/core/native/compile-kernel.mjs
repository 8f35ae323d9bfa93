// Compiles one C++ file to a wasm for registerKernel, with the compiler that builds Incipit's own wasm. Any clang with a
// wasm target does it as well, with the same flags.
// Usage: node compile-kernel.mjs SOURCE OUTPUT [ENTRY]
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { BuildError } from './build-error.mjs';
import { run } from './run.mjs';
import { ensureToolchain, TOOLCHAIN_KEY } from './toolchain.mjs';

const CACHE = process.env.INCIPIT_CACHE
  ? resolve(process.env.INCIPIT_CACHE)
  : fileURLToPath(new URL('../../../.cache/native', import.meta.url));
const FLAGS = [
  ...['-target', 'wasm32-freestanding', '-mcpu=generic+simd128', '-O3', '-std=c++17', '-fno-exceptions', '-fno-rtti'],
  // A multiplication and an addition round twice, on every machine.
  '-ffp-contract=off',
  ...['-nostdlib', '-s', '-Wl,--no-entry', '-Wl,--export=__heap_base', '-Wl,-z,stack-size=4096'],
];

/** @param {string} source @param {string} output @param {string} entry */
async function compileKernel(source, output, entry) {
  const flags = [...FLAGS, `-Wl,--export=${entry}`];
  const key = createHash('sha256')
    .update(readFileSync(source))
    .update([TOOLCHAIN_KEY, ...flags].join('\0'));
  const kept = join(CACHE, 'own-kernels', `${key.digest('hex').slice(0, 32)}.wasm`);
  if (!existsSync(kept)) await compile(source, kept, flags);
  const bytes = readFileSync(kept);
  if (existsSync(output) && readFileSync(output).equals(bytes)) return;
  await mkdir(dirname(output), { recursive: true });
  await writeFile(output, bytes);
}

/** @param {string} source @param {string} output @param {readonly string[]} flags */
async function compile(source, output, flags) {
  await mkdir(dirname(output), { recursive: true });
  const toolchain = await ensureToolchain(CACHE);
  const program = join(toolchain, 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig');
  const partial = output.replace(/wasm$/, `${process.pid}.wasm`);
  const cache = join(CACHE, 'zig');
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache };
  const { code, output: text } = await run(program, ['c++', ...flags, source, '-o', partial], { env });
  if (code !== 0) {
    console.error(text.trimEnd());
    throw new BuildError(`${source} did not compile`);
  }
  await rename(partial, output);
}

const [source, output, entry = 'fill'] = process.argv.slice(2);
try {
  if (source === undefined || output === undefined) {
    throw new BuildError('usage: node compile-kernel.mjs SOURCE OUTPUT [ENTRY]');
  }
  await compileKernel(resolve(source), resolve(output), entry);
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`kernel: ${error.message}.`);
  process.exitCode = 1;
}
