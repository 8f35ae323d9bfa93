// Rules on single files and on the graph of files: length, cycles, imports of tests, imports of what is not there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../workspaces.mjs';
import { isTest } from './source-set.mjs';

const CODE = /\.(ts|mts|mjs|cc|h|wgsl|py)$/;
const LIMIT = 300;
const TEST_LIMIT = 500;
/** Tables and generated files are as long as their data. */
const EXEMPT = /(^|\/)(generated|test-data)\/|\.generated\.|(^|\/)(kernel-table|quantile-table)\./;

/** @param {import('./source-set.mjs').SourceSet} sources */
export function checkLengths({ root }) {
  return listFiles(root, (path) => CODE.test(path) && !EXEMPT.test(path)).flatMap((path) => {
    const lines = readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length;
    const limit = isTest(path) ? TEST_LIMIT : LIMIT;
    return lines > limit ? [`${path}: ${lines} lines, more than ${limit}: would two files be clearer?`] : [];
  });
}

/** @param {import('./source-set.mjs').SourceSet} sources */
export function checkTargets({ files }) {
  const known = new Map(files.map((file) => [file.path, file]));
  return files.flatMap((file) =>
    file.imports.flatMap(({ target, line, specifier }) => {
      if (target === undefined || !target.startsWith(`${file.workspace}/src/`)) return [];
      const at = `${file.path}:${line}`;
      if (known.get(target)?.isTest) return [`${at} imports a test file: '${specifier}'`];
      return /\.(ts|mts)$/.test(target) && !known.has(target) ? [`${at} '${specifier}' is no source file`] : [];
    }),
  );
}

function findCycle(start, edges, done) {
  const trail = [];
  const visit = (path) => {
    if (done.has(path)) return undefined;
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    trail.push(path);
    for (const target of edges.get(path) ?? []) {
      const cycle = visit(target);
      if (cycle) return cycle;
    }
    trail.pop();
    done.add(path);
    return undefined;
  };
  return visit(start);
}

/** Cycles of files; those that only types close count too. One is told for each file that begins one. */
export function checkCycles({ files }) {
  const known = new Set(files.map(({ path }) => path));
  const edges = new Map(
    files.map(({ path, imports }) => [path, imports.map(({ target }) => target).filter((target) => known.has(target))]),
  );
  const done = new Set();
  return files.flatMap(({ path }) => {
    const cycle = findCycle(path, edges, done);
    for (const seen of cycle ?? []) done.add(seen);
    return cycle ? [`cycle: ${cycle.join(' → ')}`] : [];
  });
}
