import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuildError } from './build-error.mjs';
import { run } from './run.mjs';

const UNPACK = fileURLToPath(new URL('unpack.py', import.meta.url));
const COMPILER = fileURLToPath(new URL('requirements-compiler.txt', import.meta.url));
const SOURCES = fileURLToPath(new URL('requirements-sources.txt', import.meta.url));
/** The wheels whose hashes requirements-sources.txt pins. */
const SOURCES_PLATFORM = ['--platform', 'manylinux_2_28_x86_64', '--python-version', '3.11', '--implementation', 'cp'];
const STALE_MS = 3_600_000;
const VENV_PYTHON = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
const NO_NETWORK =
  /NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Max retries exceeded|Connection (?:broken|refused|reset|aborted)|Network is unreachable|Temporary failure in name resolution/;

/** Identifies the compiler, its headers and TVM's sources: part of the key of each compiled object. */
export const TOOLCHAIN_KEY = createHash('sha256')
  .update([UNPACK, COMPILER, SOURCES].map((file) => readFileSync(file, 'utf8')).join('\0'))
  .digest('hex')
  .slice(0, 16);

/**
 * The folder with `ziglang`, `tvm` and `tvm_ffi`, fetched from the package index when it is not in the cache.
 *
 * @param {string} cache
 * @returns {Promise<string>}
 */
export async function ensureToolchain(cache) {
  const folder = join(cache, `toolchain-${TOOLCHAIN_KEY}`);
  if (existsSync(folder)) return folder;
  const python = await findPython();
  console.log("native: fetching the compiler and TVM's sources (200 MB, once)");
  await removeStaleFetches(cache);
  const work = await mkdtemp(join(cache, 'fetch-'));
  try {
    const unpacked = join(work, 'toolchain');
    await mkdir(unpacked);
    const venv = await createVenv(python, join(work, 'venv'));
    await Promise.all([
      fetchWheels(venv, ['-r', COMPILER], join(work, 'compiler'), unpacked),
      fetchWheels(venv, [...SOURCES_PLATFORM, '-r', SOURCES], join(work, 'sources'), unpacked),
    ]);
    await rename(unpacked, folder).catch((error) => {
      // Another build in this checkout was faster: its copy is the same.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** What a build that was stopped while fetching left behind; a younger one may still be at work. */
async function removeStaleFetches(/** @type {string} */ cache) {
  for (const name of await readdir(cache)) {
    const folder = join(cache, name);
    if (!name.startsWith('fetch-') || Date.now() - (await stat(folder)).mtimeMs < STALE_MS) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

/** License texts of what the wasm is compiled from, by the folder that they speak of. */
const LICENSES = [
  'tvm/LICENSE',
  'ziglang/LICENSE',
  'ziglang/lib/libcxx/LICENSE.TXT',
  'ziglang/lib/libc/wasi/LICENSE',
  'ziglang/lib/libc/wasi/LICENSE-MIT',
  'ziglang/lib/libc/wasi/libc-bottom-half/cloudlibc/LICENSE',
  'ziglang/lib/libc/musl/COPYRIGHT',
];

/** @param {string} toolchain */
export function collectLicenses(toolchain) {
  return LICENSES.map((file) => {
    const text = readFileSync(join(toolchain, file), 'utf8').replaceAll('\r', '').trim();
    return `${'='.repeat(79)}\n${file}\n${'='.repeat(79)}\n\n${text}\n`;
  }).join('\n');
}

async function findPython() {
  const chosen = process.env.INCIPIT_PYTHON;
  const candidates = chosen === undefined || chosen === '' ? ['python3', 'python'] : [chosen];
  const tooOld = [];
  for (const program of candidates) {
    const { code, output } = await run(program, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    const version = /^(\d+)\.(\d+)\s*$/.exec(output);
    if (code !== 0 || version === null) continue;
    if (Number(version[1]) > 3 || (version[1] === '3' && Number(version[2]) >= 9)) return program;
    tooOld.push(`${program} is ${output.trim()}`);
  }
  const found = tooOld.length > 0 ? tooOld.join(', ') : `no working ${candidates.join(' or ')} was found`;
  throw new BuildError(
    `Python 3.9 or later is needed to fetch the compiler, but ${found}: install Python 3, or set INCIPIT_PYTHON to one`,
  );
}

/**
 * @param {string} python
 * @param {string} folder
 * @returns {Promise<string>} the environment's own Python.
 */
async function createVenv(python, folder) {
  const { code, output } = await run(python, ['-m', 'venv', folder]);
  if (code === 0) return join(folder, VENV_PYTHON);
  if (/ensurepip|No module named venv/.test(output)) {
    throw new BuildError(
      `${python} cannot make a virtual environment because its venv module is missing or has no pip: install it (Debian and Ubuntu: apt install python3-venv)`,
    );
  }
  throw new BuildError(`${python} -m venv failed: ${lastLine(output)}`);
}

/**
 * Downloads the wheels that `requirements` pins and unpacks what the build reads of them.
 *
 * @param {string} python
 * @param {readonly string[]} requirements
 * @param {string} wheels
 * @param {string} target
 */
async function fetchWheels(python, requirements, wheels, target) {
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-input', '--no-cache-dir', 'download', '--quiet'];
  const options = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--retries', '3', '--dest', wheels];
  const download = await run(python, [...pip, ...options, ...requirements]);
  if (download.code !== 0) throw new BuildError(explainPip(download.output));
  const unpack = await run(python, [UNPACK, wheels, target]);
  if (unpack.code !== 0) throw new BuildError(`the compiler could not be unpacked: ${lastLine(unpack.output)}`);
}

/** @param {string} output */
function explainPip(output) {
  if (NO_NETWORK.test(output)) {
    return 'the compiler could not be fetched because the Python package index cannot be reached: check the network, or point pip at a mirror (PIP_INDEX_URL)';
  }
  if (/DO NOT MATCH THE HASHES/.test(output)) {
    return 'a package came with other contents than native/requirements-*.txt pins: check the package index in use';
  }
  if (/No matching distribution/.test(output)) {
    return `the package index in use has no compiler for ${process.platform} ${process.arch} as native/requirements-*.txt pins it: ${lastLine(output)}`;
  }
  return `the compiler could not be fetched: ${lastLine(output)}`;
}

/** @param {string} output */
function lastLine(output) {
  return output.trim().split('\n').at(-1)?.trim() ?? '';
}
