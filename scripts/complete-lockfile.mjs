// Completes package-lock.json with the optional platform packages that the registry in use did not serve, so that
// `npm ci` accepts the file on every platform; drops registry addresses. Run it after each change of dependencies.
// Usage: node scripts/complete-lockfile.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ROOT } from './setup.mjs';
import { listWorkspaces } from './workspaces.mjs';

const SYSTEMS = ['darwin', 'win32', 'android', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'openharmony', 'linux'];
const CPUS = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];
const FIELDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
const SYSTEM_NAMES = { windows: 'win32' };
const CPU_NAMES = { 64: 'x64', x86: 'ia32', ppc64le: 'ppc64' };

/** What a platform package's name says about where it runs: `@biomejs/cli-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const known = (list, names) => words.map((word) => names[word] ?? word).find((word) => list.includes(word));
  const os = known(SYSTEMS, SYSTEM_NAMES);
  const cpu = known(CPUS, CPU_NAMES);
  const musl = os === 'linux' && words.some((word) => word.startsWith('musl'));
  return { ...(cpu ? { cpu: [cpu] } : {}), ...(musl ? { libc: ['musl'] } : {}), ...(os ? { os: [os] } : {}) };
}

function isPresent(packages, path, name) {
  const places = path === '' ? [''] : [`${path}/`, ''];
  return places.some((place) => `${place}node_modules/${name}` in packages);
}

/**
 * Optional dependencies with an exact version that have no entry of their own.
 *
 * @returns {[string, object][]}
 */
function missingEntries(packages) {
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name, version]) => /^\d/.test(version) && !isPresent(packages, path, name))
      .map(([name, version]) => {
        const { os, ...rest } = platformOf(name);
        const inherited = entry.dev ? { dev: true } : {};
        const added = { version, ...rest, ...inherited, optional: true, ...(os ? { os } : {}) };
        return /** @type {[string, object]} */ ([`node_modules/${name}`, added]);
      }),
  );
}

/**
 * @param {{ packages: Record<string, any> }} lock
 * @returns {{ lock: any, added: string[], addressed: string[] }} the completed lock file, and what it lacked
 */
export function completeLock(lock) {
  const missing = missingEntries(lock.packages);
  const isAddress = (entry) => /^https?:/.test(entry.resolved ?? '');
  const addressed = Object.keys(lock.packages).filter((path) => isAddress(lock.packages[path]));
  const cleaned = Object.entries(lock.packages).map(([path, entry]) => {
    const { resolved, ...rest } = entry;
    return [path, isAddress(entry) ? rest : entry];
  });
  const sorted = [...cleaned, ...missing].sort(([a], [b]) => (a < b ? -1 : 1));
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added: missing.map(([path]) => path), addressed };
}

/**
 * Manifests that have changed since npm last wrote the lock file; `npm ci` refuses such a pair.
 *
 * @param {{ packages: Record<string, any> }} lock
 * @param {readonly { name?: string, path: string, manifest: Record<string, any> }[]} workspaces with the root as `''`
 * @returns {string[]} paths
 */
export function changedManifests({ packages }, workspaces) {
  const inOrder = (record = {}) => JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  /** @param {typeof workspaces[number]} workspace */
  const isCurrent = ({ name, path, manifest }) =>
    path in packages &&
    (path === '' || packages[`node_modules/${name}`]?.resolved === path) &&
    FIELDS.every((field) => inOrder(packages[path][field]) === inOrder(manifest[field]));
  return workspaces.filter((workspace) => !isCurrent(workspace)).map(({ path }) => join(path, 'package.json'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(ROOT, 'package-lock.json');
  const { lock, added, addressed } = completeLock(JSON.parse(readFileSync(path, 'utf8')));
  const root = { path: '', manifest: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) };
  const changed = changedManifests(lock, [root, ...listWorkspaces(ROOT)]);
  const problems = [
    ...changed.map((manifest) => `package-lock.json is older than ${manifest}: run npm install first`),
    ...added.map((entry) => `package-lock.json lacks ${entry}`),
    ...addressed.map((entry) => `package-lock.json has a registry's address in ${entry}`),
  ];
  if (problems.length && process.argv.includes('--check')) {
    console.error([...problems, 'Run: node scripts/complete-lockfile.mjs'].join('\n'));
    process.exitCode = 1;
  } else if (added.length || addressed.length) {
    writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  }
  console.log(
    `package-lock.json: ${added.length} entries missing, ${addressed.length} addresses, ${changed.length} manifests changed`,
  );
}
