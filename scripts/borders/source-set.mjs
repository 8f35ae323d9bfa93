// What the border check looks at: every workspace, its source files and their imports.
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

/**
 * @param {string} root
 * @returns {SourceSet}
 */
export function readSourceSet(root) {
  const workspaces = listWorkspaces(root);
  const files = workspaces.flatMap(({ path: workspace }) => {
    const paths = listFiles(join(root, workspace), (path) => SOURCE.test(path) && !path.endsWith('.d.ts'));
    const read = readImports(
      root,
      paths.map((path) => posix.join(workspace, path)),
    );
    return read.map((file) => {
      const inner = file.path.slice(workspace.length + 1).replace(/^src\//, '');
      return { ...file, workspace, inner, isTest: isTest(file.path) };
    });
  });
  return { root, workspaces, files };
}
