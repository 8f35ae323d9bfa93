// Removes from every dist folder what tsc once emitted for a source file that is gone: a deleted test must not run on.
// Built-ins only.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ROOT } from './setup.mjs';
import { listWorkspaces } from './workspaces.mjs';

const EMITTED = ['.js', '.js.map', '.d.ts', '.d.ts.map'];

/** The one source that a source map names, when it lies in `src`; bundles name many. */
function sourceOf(mapPath, src) {
  const { sources = [] } = JSON.parse(readFileSync(mapPath, 'utf8'));
  const source = sources.length === 1 ? resolve(dirname(mapPath), sources[0]) : undefined;
  return source?.startsWith(src) ? source : undefined;
}

/**
 * @param {string} folder a workspace's folder
 * @returns {string[]} stems of what was removed, such as `/…/dist/rng/key`
 */
export function pruneDist(folder) {
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) return [];
  const maps = readdirSync(dist, { recursive: true }).filter((path) => String(path).endsWith('.js.map'));
  const stems = maps
    .map((path) => join(dist, String(path)))
    .filter((path) => {
      const source = sourceOf(path, join(folder, 'src'));
      return source !== undefined && !existsSync(source);
    })
    .map((path) => path.slice(0, -'.js.map'.length));
  for (const stem of stems) for (const ending of EMITTED) rmSync(stem + ending, { force: true });
  return stems;
}

/** @param {string} root */
export function pruneAll(root) {
  return listWorkspaces(root).flatMap(({ path }) => pruneDist(join(root, path)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const stem of pruneAll(ROOT)) console.log(`removed ${stem}`);
}
