// One count over all workspaces: reads what each `test` script left, and fails what should be there and is not.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { listTests, RESULT_FILE } from './test-workspace.mjs';

/**
 * @typedef {{ where: string, title: string, message: string }} Finding
 * @typedef {{ passed: number, failures: Finding[], skips: Finding[] }} Tally
 */

/** Results of an earlier run must not be counted again. */
export function clearResults(root, folders) {
  for (const folder of folders) rmSync(join(root, folder, RESULT_FILE), { force: true });
}

function tallyFile(folder, { file, passed, failures, skips }) {
  const located = (notes) => notes.map(({ title, message }) => ({ where: join(folder, file), title, message }));
  return { passed, failures: located(failures), skips: located(skips) };
}

function tallyFolder(root, folder) {
  const path = join(root, folder, RESULT_FILE);
  const tests = listTests(join(root, folder));
  if (!existsSync(path)) {
    if (tests.length === 0) return [];
    const message = `${tests.length} test files and no result: its build failed, or package.json has no "test" script`;
    return [{ passed: 0, failures: [{ where: folder, title: '(workspace)', message }], skips: [] }];
  }
  const results = JSON.parse(readFileSync(path, 'utf8'));
  const ran = new Set(results.map(({ file }) => file));
  const unseen = tests
    .filter(({ source, run }) => !ran.has(run) && !ran.has(source))
    .map(({ source }) => ({ where: join(folder, source), title: '(file)', message: 'was not run' }));
  return [...results.map((result) => tallyFile(folder, result)), { passed: 0, failures: unseen, skips: [] }];
}

/**
 * @param {string} root
 * @param {readonly string[]} folders of the workspaces, relative to the root
 * @returns {Tally}
 */
export function tally(root, folders) {
  const parts = folders.flatMap((folder) => tallyFolder(root, folder));
  return {
    passed: parts.reduce((sum, part) => sum + part.passed, 0),
    failures: parts.flatMap((part) => part.failures),
    skips: parts.flatMap((part) => part.skips),
  };
}

/**
 * Under CI nothing may be left out: a skip is a failure there.
 *
 * @param {Tally} counted
 * @param {{ ci: boolean }} options
 * @returns {{ lines: string[], last: string, exitCode: number }}
 */
export function summary({ passed, failures, skips }, { ci }) {
  const failed = ci
    ? [...failures, ...skips.map((skip) => ({ ...skip, message: `skipped: ${skip.message}` }))]
    : failures;
  const skipped = ci ? [] : skips;
  const nothing = passed + failed.length + skipped.length === 0;
  const first = (message) => message.split('\n')[0];
  return {
    lines: [
      ...skipped.map(
        ({ where, title, message }) => `skipped  ${where}: ${title}${title.includes(message) ? '' : `: ${message}`}`,
      ),
      ...failed.map(({ where, title, message }) => `FAILED   ${where}: ${title}: ${first(message)}`),
      ...(nothing ? ['FAILED   no test ran at all'] : []),
    ],
    last: `${passed} passed, ${failed.length + Number(nothing)} failed${skipped.length ? `, ${skipped.length} skipped` : ''}`,
    exitCode: failed.length || nothing ? 1 : 0,
  };
}
