// Runs test files in processes of their own and sums them up. A file that crashes, hangs or says nothing has failed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const RUN_FILE = fileURLToPath(new URL('./run-file.mjs', import.meta.url));
const TIME_LIMIT_MS = 600_000;

/**
 * @typedef {{ title: string, message: string }} Note
 * @typedef {{ file: string, passed: number, failures: Note[], skips: Note[], ms: number, output: string }} FileResult
 */

function runProcess(args, { cwd, timeLimit, temporary }) {
  // What a test leaves in the temporary folder goes with it.
  const folders = { TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  const env = { ...process.env, ...folders, NO_COLOR: '1', FORCE_COLOR: undefined };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let timedOut = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeLimit);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, output, timedOut });
    });
  });
}

function endedBadly({ code, signal, timedOut }, timeLimit) {
  if (timedOut) return `stopped after ${timeLimit / 1000} s without an end`;
  return `the process ended (${signal ?? `exit code ${code}`}) before its tests did`;
}

function summarise(report) {
  const notes = (state) => report.outcomes.filter((outcome) => outcome.state === state);
  const notRun = notes('not run').map(({ title }) => ({ title, message: 'was not run' }));
  return {
    passed: notes('passed').length,
    failures: [...report.problems.map((message) => ({ title: '(file)', message })), ...notes('failed'), ...notRun],
    skips: notes('skipped'),
  };
}

/**
 * @param {string} file absolute path of a compiled test file
 * @param {{ cwd: string, timeLimit?: number }} options
 * @returns {Promise<FileResult>}
 */
export async function runTestFile(file, { cwd, timeLimit = TIME_LIMIT_MS }) {
  const folder = mkdtempSync(join(tmpdir(), 'incipit-test-'));
  const started = Date.now();
  try {
    const reportPath = join(folder, 'report.json');
    const end = await runProcess([RUN_FILE, file, reportPath], { cwd, timeLimit, temporary: folder });
    const common = { file, ms: Date.now() - started, output: end.output };
    if (end.timedOut || !existsSync(reportPath)) {
      return { ...common, passed: 0, failures: [{ title: '(file)', message: endedBadly(end, timeLimit) }], skips: [] };
    }
    const result = { ...common, ...summarise(JSON.parse(readFileSync(reportPath, 'utf8'))) };
    if (end.code !== 0 && result.failures.length === 0) {
      result.failures.push({ title: '(file)', message: `exit code ${end.code}, though no test failed` });
    }
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs the files, `jobs` at a time, and tells each as it ends.
 *
 * @param {readonly string[]} files
 * @param {{ cwd: string, jobs: number, onResult?: (result: FileResult) => void, timeLimit?: number }} options
 * @returns {Promise<FileResult[]>} in the order of `files`
 */
export async function runTestFiles(files, { jobs, onResult = () => {}, ...options }) {
  const results = new Array(files.length);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < files.length; index = next++) {
      results[index] = await runTestFile(files[index], options);
      onResult(results[index]);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results;
}
