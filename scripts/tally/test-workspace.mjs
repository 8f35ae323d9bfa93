// A workspace's `test` script: runs the compiled twin of every test source and leaves .cache/tests.json for the tally.
// Usage: node test-workspace.mjs [NAME-PART…]   (with parts: only the test files whose path holds one of them)
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromiumEnv, findChromium } from '../chromium.mjs';
import { ROOT } from '../setup.mjs';
import { softwareGpuEnv } from '../software-gpu.mjs';
import { listFiles } from '../workspaces.mjs';
import { runTestFiles } from './test-files.mjs';

export const RESULT_FILE = '.cache/tests.json';

/** Two processes a core at most, since turbo runs packages side by side. */
const JOBS = Math.min(2, availableParallelism());

/**
 * Test sources of a workspace and what runs for each: `src/**.test.ts` runs compiled, `**.test.mjs` as it is.
 *
 * @param {string} folder
 * @returns {{ source: string, run: string }[]}
 */
export function listTests(folder) {
  return listFiles(folder, (path) => /\.test\.(ts|mts|mjs)$/.test(path))
    .filter((path) => path.endsWith('.mjs') || path.startsWith('src/'))
    .map((source) => ({
      source,
      run: source.endsWith('.mjs') ? source : source.replace(/^src\//, 'dist/').replace(/ts$/, 'js'),
    }));
}

function print({ file, passed, failures, skips, ms, output }) {
  const name = relative(ROOT, file).startsWith('..') ? file : relative(ROOT, file);
  const skipped = skips.length ? `, ${skips.length} skipped` : '';
  console.log(`${failures.length ? '✘' : '✔'} ${name}: ${passed} passed${skipped} (${(ms / 1000).toFixed(1)} s)`);
  // Measurements that a test wants to be seen begin with "# ".
  const measured = [...output.matchAll(/(?:^|[•✘] | {2})(# .*)$/gm)].map((match) => match[1]).join('\n');
  const shown = failures.length ? output.trimEnd() : measured;
  if (shown) console.log(shown);
  // uvu has told of the tests that threw; the rest it lets pass in silence.
  for (const { title, message } of failures.filter(({ title }) => !output.includes(`"${title}"`))) {
    console.log(`  ✘ ${title}\n    ${message.replaceAll('\n', '\n    ')}`);
  }
}

/**
 * @param {string} folder absolute
 * @param {readonly string[]} parts
 * @returns {Promise<number>} exit code
 */
export async function testWorkspace(folder, parts = []) {
  const all = listTests(folder);
  const chosen = parts.length ? all.filter(({ run }) => parts.some((part) => run.includes(part))) : all;
  const missing = chosen.filter(({ run }) => !existsSync(join(folder, run)));
  const files = chosen.filter((test) => !missing.includes(test)).map(({ run }) => join(folder, run));
  const results = await runTestFiles(files, { cwd: folder, jobs: JOBS, onResult: print });
  const uncompiled = missing.map(({ source, run }) => ({
    file: join(folder, source),
    passed: 0,
    failures: [{ title: '(file)', message: `was not compiled: ${run} is missing` }],
    skips: [],
    ms: 0,
    output: '',
  }));
  for (const result of uncompiled) print(result);
  const ended = [...results, ...uncompiled].map(({ output: _, file, ...rest }) => ({
    file: file.slice(folder.length + 1),
    ...rest,
  }));
  if (chosen.length === 0) {
    const message = parts.length ? `no test file matches ${parts.join(', ')}` : 'no test file here';
    console.log(`✘ ${message}`);
    ended.push({ file: '', passed: 0, failures: [{ title: '(workspace)', message }], skips: [], ms: 0 });
  }
  mkdirSync(join(folder, '.cache'), { recursive: true });
  writeFileSync(join(folder, RESULT_FILE), JSON.stringify(ended, null, 2));
  return ended.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // `npm test` at the root has looked already, and may have installed one.
  if (process.env.INCIPIT_CHROMIUM === undefined) Object.assign(process.env, chromiumEnv(findChromium()));
  // Only the tests get it: a program that a user starts takes the machine's own GPU.
  Object.assign(process.env, softwareGpuEnv(process.env.INCIPIT_CHROMIUM ?? ''));
  process.exitCode = await testWorkspace(resolve('.'), process.argv.slice(2));
}
