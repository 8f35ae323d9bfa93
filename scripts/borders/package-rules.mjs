// Arrows between packages, third-party code, and what may run in a browser.
import { posix } from 'node:path';
import { packageOf } from './source-set.mjs';

const DEPENDENCIES = ['dependencies', 'peerDependencies', 'optionalDependencies'];
/** Subpaths for tests only. */
const TESTING = /\/testing$/;

/**
 * Files that may reach behind a package's face. The golden cases draw from laws that Incipit refuses, with a planner of
 * core's that users are not to have; the checks of devices compare kernels with their reference, call by call; the
 * benchmarks time a device's fills without the model around them.
 */
const DEEP = new Set([
  'tests/conformance/src/core.ts',
  'tests/devices/src/core.ts',
  'tests/devices/src/plugins.ts',
  'benchmarks/src/core.ts',
]);

const isPackage = (workspace) => workspace.startsWith('packages/');
const folderOf = (workspace) => workspace.slice('packages/'.length);

function publicNames(workspaces) {
  return new Map(workspaces.map((workspace) => [workspace.name, workspace]));
}

function arrowProblem(file, entry, { target, allowed }) {
  const { specifier, type } = entry;
  if (!isPackage(target.path)) return `nobody imports '${target.name}'`;
  const subpath = specifier === target.name ? '.' : `.${specifier.slice(target.name.length)}`;
  if (!target.manifest.exports?.[subpath]) return `'${specifier}' is not among the exports of ${target.name}`;
  if (!isShipped(file)) return undefined;
  if (target.path === file.workspace) return 'a package does not import itself by name: use a relative path';
  if (TESTING.test(specifier) && !type) return `'${specifier}' is for tests only`;
  if (allowed?.has(folderOf(target.path))) return undefined;
  const list = allowed?.size ? [...allowed].join(', ') : 'none of our packages';
  return `package '${folderOf(file.workspace)}' may import ${list}, not '${folderOf(target.path)}' (table "Packages" in ARCHITECTURE.md)`;
}

/** Tests with their helpers in `testing/`, and scripts of a build, use what their manifest has. */
const isShipped = ({ workspace, isTest, path }) =>
  isPackage(workspace) && !isTest && path.startsWith(`${workspace}/src/`) && !path.includes('/testing/');

/** Imports between workspaces go by name, along the arrows of the table, to public subpaths. */
export function checkArrows({ workspaces, files }, { packages }) {
  const byName = publicNames(workspaces);
  return files.flatMap((file) =>
    file.imports.flatMap((entry) => {
      const at = `${file.path}:${entry.line}`;
      if (entry.target !== undefined) {
        const inside = entry.target.startsWith(`${file.workspace}/`) || DEEP.has(file.path);
        return inside ? [] : [`${at} relative import out of the package: '${entry.specifier}'; import it by name`];
      }
      const target = byName.get(packageOf(entry.specifier));
      if (!target) return [];
      const problem = arrowProblem(file, entry, { target, allowed: packages.get(folderOf(file.workspace)) });
      return problem ? [`${at} ${problem}`] : [];
    }),
  );
}

/** What a manifest depends on must follow the same arrows. */
export function checkManifests({ workspaces }, { packages }) {
  const byName = publicNames(workspaces);
  return workspaces
    .filter(({ path }) => isPackage(path))
    .flatMap(({ path, manifest }) => {
      const folder = folderOf(path);
      if (!packages.has(folder)) return [`${path}: package '${folder}' is missing from the table in ARCHITECTURE.md`];
      return DEPENDENCIES.flatMap((field) => Object.keys(manifest[field] ?? {})).flatMap((name) => {
        const target = byName.get(name);
        const fine = !target || packages.get(folder)?.has(folderOf(target.path));
        return fine ? [] : [`${path}/package.json: '${folder}' may not depend on ${name}`];
      });
    });
}

/** A library's code is imported by one file; its types stay in that file's folder. */
export function checkLibraries({ workspaces, files }, { libraries }) {
  const byName = publicNames(workspaces);
  return files.filter(isShipped).flatMap((file) =>
    file.imports.flatMap(({ specifier, type, target, line }) => {
      const library = packageOf(specifier);
      if (target !== undefined || specifier.startsWith('node:') || byName.has(library)) return [];
      const home = libraries.get(library);
      const at = `${file.path}:${line}`;
      if (!home)
        return type ? [] : [`${at} imports '${library}', which the table "Third-party code" in ARCHITECTURE.md lacks`];
      if (file.path === home || (type && posix.dirname(file.path) === posix.dirname(home))) return [];
      return [`${at} only ${home} imports '${library}'`];
    }),
  );
}

/** Source of an entry in `exports`: `./dist/a/index.js` comes from `src/a/index.ts`. */
function entrySource(workspace, entry) {
  const output = typeof entry === 'string' ? entry : entry?.default;
  return output && posix.join(workspace, output.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'));
}

function trailToBuiltin(start, byPath) {
  const queue = [[start]];
  const seen = new Set([start]);
  for (const trail of queue) {
    for (const { specifier, target, type } of byPath.get(trail.at(-1))?.imports ?? []) {
      if (type) continue;
      if (specifier.startsWith('node:')) return [...trail, specifier];
      if (target !== undefined && !seen.has(target)) {
        seen.add(target);
        queue.push([...trail, target]);
      }
    }
  }
  return undefined;
}

/**
 * Every entry but `./node` and the command must load in a browser. A dynamic import of a Node built-in is no way out, since
 * bundlers complain of it; a `#name` of the manifest is, whose default side has no built-in.
 */
export function checkBrowserEntries({ workspaces, files }) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return workspaces
    .filter(({ path, manifest }) => isPackage(path) && !manifest.bin && path !== 'packages/codegen')
    .flatMap(({ path, manifest }) =>
      Object.entries(manifest.exports ?? {}).flatMap(([subpath, entry]) => {
        const source = subpath === './node' ? undefined : entrySource(path, entry);
        const trail = source && trailToBuiltin(source, byPath);
        return trail
          ? [
              `${manifest.name}${subpath.slice(1)} must load in a browser, but imports ${trail.join(' → ')}; put a '#name' of the manifest between`,
            ]
          : [];
      }),
    );
}
