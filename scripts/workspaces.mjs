// The workspaces of this monorepo and the files in them. Built-ins only.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', '.cache', '.turbo', '.git']);

/**
 * @typedef {{ name: string, path: string, manifest: Record<string, any> }} Workspace `path` is relative to the root
 */

/**
 * @param {string} root
 * @returns {Workspace[]}
 */
export function listWorkspaces(root) {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const folders = workspaces.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    return existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : [];
  });
  return folders
    .filter((path) => existsSync(join(root, path, 'package.json')))
    .map((path) => {
      const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
      return { name: manifest.name, path, manifest };
    });
}

/**
 * Files under `folder`, as relative paths with `/`, sorted; outputs and dependencies are left out.
 *
 * @param {string} folder
 * @param {(path: string) => boolean} [accept]
 * @returns {string[]}
 */
export function listFiles(folder, accept = () => true) {
  if (!existsSync(folder)) return [];
  const walk = (at) =>
    readdirSync(join(folder, at), { withFileTypes: true }).flatMap((entry) => {
      const path = join(at, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : walk(path);
      return entry.isFile() ? [path.split(sep).join('/')] : [];
    });
  return walk('').filter(accept).sort();
}
