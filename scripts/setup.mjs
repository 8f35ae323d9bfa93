// Makes a fresh clone ready: checks Node and Python, installs the dependencies that package-lock.json names.
// Built-ins only, since it runs before anything is installed; a second run only compares two files.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NODE = [20, 11];
const PYTHON = [3, 9];

/** A refusal whose message is the whole story: shown without a stack. */
export class SetupError extends Error {}

const say = (line) => console.error(line);

/** @param {readonly number[]} have @param {readonly number[]} want */
function isOlder([major, minor], [wantMajor, wantMinor]) {
  return major < wantMajor || (major === wantMajor && minor < wantMinor);
}

/** @param {string} version as in `process.versions.node` */
export function checkNode(version) {
  if (isOlder(version.split('.').map(Number), NODE)) {
    throw new SetupError(`Incipit needs Node.js ${NODE.join('.')} or newer, and this is ${version}: see nodejs.org.`);
  }
}

/**
 * Python builds the wasm runtime (a compiler and TVM's sources come as wheels).
 *
 * @param {readonly string[]} commands tried in this order
 */
export function checkPython(commands) {
  const need = `Incipit needs Python ${PYTHON.join('.')} or newer to build its wasm runtime`;
  let seen;
  for (const command of commands) {
    const run = spawnSync(command, ['--version'], { encoding: 'utf8' });
    const version = /Python (\d+)\.(\d+)/.exec(`${run.stdout ?? ''}${run.stderr ?? ''}`);
    if (!version) continue;
    if (!isOlder(version.slice(1).map(Number), PYTHON)) return;
    seen ??= `${command} is ${version[1]}.${version[2]}`;
  }
  throw new SetupError(`${need}, and ${seen ?? `found none (tried ${commands.join(', ')})`}: see python.org.`);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw new SetupError(`${path} is not readable as JSON (${error.message}).`);
  }
}

/**
 * Whether node_modules holds what the lock file asks for, going by the record that npm writes there when it is done.
 * Packages for other platforms are in the lock file only.
 *
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const present = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!wanted) throw new SetupError(`package-lock.json is missing: is ${root} a whole clone?`);
  if (!present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = present[path];
    return found ? found.version === entry.version : entry.optional === true;
  });
}

/** npm itself when npm runs us, so that the same version installs. */
function npmCommand() {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
}

function install(root) {
  say('Installing dependencies (npm ci); this happens once and after changes of package-lock.json …');
  const [file, ...head] = npmCommand();
  // No dependency of ours needs its install script, so none runs.
  const args = [...head, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const run = spawnSync(file, args, { cwd: root, stdio: ['ignore', 2, 2], shell: file === 'npm' });
  if (run.status !== 0) {
    throw new SetupError('npm ci failed (its message is above). Is the network reachable? Nothing else was changed.');
  }
}

/** @param {string} root */
export async function ensureSetup(root = ROOT) {
  checkNode(process.versions.node);
  checkPython(process.env.INCIPIT_PYTHON ? [process.env.INCIPIT_PYTHON] : ['python3', 'python']);
  if (isInstalled(root)) return;
  await withLock(join(root, '.cache/setup.lock'), () => isInstalled(root) || install(root), say);
}

/**
 * Runs a command's body; a SetupError becomes one line and exit code 1.
 *
 * @param {() => Promise<number>} body gives the exit code
 */
export async function runCommand(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runCommand(async () => {
    await ensureSetup();
    return 0;
  });
}
