// Builds dist/wasm/incipit.wasm: TVM's C++ runtime with our kernels in it, from wheels of the Python package index.
// Everything fetched and compiled is kept in INCIPIT_CACHE, or .cache/native at the root of the repository.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuildError } from './build-error.mjs';
import { run } from './run.mjs';
import { collectLicenses, ensureToolchain } from './toolchain.mjs';
import { LINK_FLAGS, listUnits, NATIVE, place, wasmKey } from './units.mjs';

/** @import { Unit } from './units.mjs' */

const OUTPUT = fileURLToPath(new URL('../dist/wasm/incipit.wasm', import.meta.url));
const CACHE = process.env.INCIPIT_CACHE
  ? resolve(process.env.INCIPIT_CACHE)
  : fileURLToPath(new URL('../../../.cache/native', import.meta.url));
/** Here zig keeps the standard libraries that it compiled. */
const ZIG_CACHE = join(CACHE, 'zig');
/** Objects and wasm files of earlier builds that stay for the next change of branch. */
const KEPT_FILES = 40;
/** A compilation takes up to 1 GB. */
const JOBS = Math.min(availableParallelism(), 4);

async function build() {
  const units = listUnits();
  const built = join(CACHE, 'wasm', `${wasmKey(units)}.wasm`);
  if (!existsSync(built) || !existsSync(licensesOf(built))) await makeWasm(units, built);
  await mkdir(dirname(OUTPUT), { recursive: true });
  await publish(licensesOf(built), `${OUTPUT}.LICENSES.txt`);
  await publish(built, OUTPUT);
}

/** Leaves a file alone that is the same already: watchers look at its time. */
async function publish(/** @type {string} */ from, /** @type {string} */ to) {
  const bytes = readFileSync(from);
  if (!existsSync(to) || !readFileSync(to).equals(bytes)) await writeWhole(to, bytes);
}

/** The licenses of what is in a wasm of the cache: written before it. */
function licensesOf(/** @type {string} */ wasm) {
  return wasm.replace(/wasm$/, 'txt');
}

/** Compiles what is not in the cache, and links. */
async function makeWasm(/** @type {readonly Unit[]} */ units, /** @type {string} */ output) {
  const start = performance.now();
  for (const folder of ['objects', 'wasm']) await mkdir(join(CACHE, folder), { recursive: true });
  const toolchain = await ensureToolchain(CACHE);
  /** @type {(() => Promise<void>)[]} */
  const jobs = units.filter((unit) => !existsSync(objectOf(unit))).map((unit) => () => compile(unit, toolchain));
  if (!existsSync(ZIG_CACHE)) jobs.unshift(() => buildStandardLibrary(toolchain));
  const workers = Array.from({ length: JOBS }, async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job();
  });
  await Promise.all(workers);
  await writeWhole(licensesOf(output), collectLicenses(toolchain));
  await link(units, output, toolchain);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`native: incipit.wasm, ${(await stat(output)).size} bytes, in ${seconds} s`);
  for (const folder of ['objects', 'wasm']) await prune(join(CACHE, folder));
}

/** @param {Unit} unit */
function objectOf(unit) {
  return join(CACHE, 'objects', `${unit.key}.o`);
}

async function compile(/** @type {Unit} */ unit, /** @type {string} */ toolchain) {
  const start = performance.now();
  const object = objectOf(unit);
  const partial = partialOf(object);
  const args = [...unit.flags, '-c', unit.source].map((text) => place(text, toolchain));
  await zig(toolchain, [unit.driver, ...args, '-o', partial], unit.name);
  await rename(partial, object);
  console.log(`native: ${unit.name} compiled in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** Links nothing much: zig compiles wasi-libc and libc++ at its first link, as long as all the rest takes. */
async function buildStandardLibrary(/** @type {string} */ toolchain) {
  const output = partialOf(join(CACHE, 'wasm', 'empty.wasm'));
  const flags = LINK_FLAGS.filter((flag) => !flag.startsWith('-Wl,--export='));
  await zig(toolchain, ['c++', ...flags, join(NATIVE, 'exception-tag.S'), '-o', output], 'the standard library');
  await rm(output, { force: true });
}

async function link(
  /** @type {readonly Unit[]} */ units,
  /** @type {string} */ output,
  /** @type {string} */ toolchain,
) {
  const partial = partialOf(output);
  await zig(toolchain, ['c++', ...LINK_FLAGS, ...units.map(objectOf), '-o', partial], 'incipit.wasm');
  await rename(partial, output);
}

async function zig(/** @type {string} */ toolchain, /** @type {readonly string[]} */ args, /** @type {string} */ what) {
  const program = join(toolchain, 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig');
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: ZIG_CACHE, ZIG_LOCAL_CACHE_DIR: ZIG_CACHE };
  const { code, output } = await run(program, args, { cwd: toolchain, env });
  if (code === 0) return;
  // The compiler's own words are the explanation, and too many for one line.
  console.error(output.trimEnd());
  throw new BuildError(`${what} did not compile`);
}

/** A name in the same folder that no other build uses: renaming it into place is atomic. */
function partialOf(/** @type {string} */ file) {
  return file.replace(/(\.\w+)$/, `.${process.pid}$1`);
}

async function writeWhole(/** @type {string} */ file, /** @type {string | Uint8Array} */ bytes) {
  const partial = partialOf(file);
  await writeFile(partial, bytes);
  await rename(partial, file);
}

/** Removes all but the newest files. */
async function prune(/** @type {string} */ folder) {
  const files = (await readdir(folder)).map((name) => join(folder, name));
  const dated = await Promise.all(files.map(async (file) => ({ file, time: (await stat(file)).mtimeMs })));
  dated.sort((a, b) => b.time - a.time);
  for (const { file } of dated.slice(KEPT_FILES)) await rm(file, { force: true });
}

try {
  await build();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`native build of ${join(NATIVE, '..')}: ${error.message}.`);
  process.exitCode = 1;
}
