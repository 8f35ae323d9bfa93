// What the border check looks at: every workspace, its source files and their imports.
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { listFiles, listWorkspaces } from '../workspaces.mjs';
import { readImports } from './imports.mjs';

const SOURCE = /\.(ts|mts|mjs)$/;
const TEST = /\.test(-d)?\.(ts|mts|mjs)$/;

/**
 * @typedef {import('./imports.mjs').SourceImports & { workspace: string, isTest: boolean, inner: string }} SourceFile
 *   `workspace` is the folder, `inner` the path inside its `src` (or inside the workspace, where it is not in `src`)
 * @typedef {{ root: string, workspaces: import('../workspaces.mjs').Workspace[], files: SourceFile[] }} SourceSet
 */

export const isTest = (path) => TEST.test(path);

/** Package of a bare import: `yaml`, `@scope/name`, `#web-runtime`. */
export function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The browser's side of an entry in a manifest's `imports`, as an output path. */
function defaultOutput(entry) {
  return typeof entry === 'object' && entry !== null ? defaultOutput(entry.default) : entry;
}

/** `#name` stands for the source behind it, where the package itself has one. */
function resolveInternal(entry, { path, manifest }, known) {
  const output = entry.specifier.startsWith('#') ? defaultOutput(manifest.imports?.[entry.specifier]) : undefined;
  const source = output && posix.join(path, output.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'));
  return source && known.has(source) ? { ...entry, target: source } : entry;
}

/** A library that a build bundles into one file has a `.d.ts` in its place: the import is one of that library. */
function resolveBundled(entry, folder, known) {
  const declared = entry.target?.includes('/src/') ? entry.target.replace(/\.(m?)ts$/, '.d.$1ts') : undefined;
  if (!declared || known.has(entry.target) || !existsSync(join(folder, declared))) return entry;
  const { target, ...rest } = entry;
  return { ...rest, specifier: posix.basename(entry.specifier) };
}

/**
 * @param {string} root
 * @returns {SourceSet}
 */
export function readSourceSet(root) {
  const workspaces = listWorkspaces(root);
  const files = workspaces.flatMap((owner) => {
    const workspace = owner.path;
    const inside = listFiles(join(root, workspace), (path) => SOURCE.test(path) && !path.endsWith('.d.ts'));
    const paths = inside.map((path) => posix.join(workspace, path));
    const known = new Set(paths);
    const read = readImports(root, paths);
    return read.map((file) => {
      const inner = file.path.slice(workspace.length + 1).replace(/^src\//, '');
      const imports = file.imports.map((entry) => resolveBundled(resolveInternal(entry, owner, known), root, known));
      return { ...file, imports, workspace, inner, isTest: isTest(file.path) };
    });
  });
  return { root, workspaces, files };
}
