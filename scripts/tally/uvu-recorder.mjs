// uvu with a memory: every declared test ends as passed, failed or skipped, whatever uvu itself makes of it.
// (uvu exits 0 when a `before` throws, when `.run()` is missing, when `.only` is left in.)
import { suite as uvuSuite } from 'uvu';

export { exec } from 'uvu';

/** A skipped test's title ends in its reason: `opens a page (skipped: no Chromium on the path)`. */
const REASON = /\(skipped: (.+)\)$/;

/** @typedef {{ title: string, state: 'passed' | 'failed' | 'skipped' | 'not run', message?: string }} Outcome */

/** @typedef {{ outcomes: Outcome[], only: string[], runs: number, hookErrors: string[] }} SuiteRecord */

/** @type {SuiteRecord[]} */
const records = [];

const text = (error) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function recorded(outcome, handler) {
  return async (context) => {
    try {
      await handler(context);
      outcome.state = 'passed';
    } catch (error) {
      outcome.state = 'failed';
      outcome.message = text(error);
      throw error;
    }
  };
}

function guarded(record, hook, name) {
  return async (context) => {
    try {
      await hook(context);
    } catch (error) {
      record.hookErrors.push(`${name} hook threw: ${text(error)}`);
      throw error;
    }
  };
}

function addTest(record, real, title, handler) {
  /** @type {Outcome} */
  const outcome = { title, state: 'not run' };
  record.outcomes.push(outcome);
  real(title, recorded(outcome, handler));
}

function skipTest(record, title = '') {
  const reason = REASON.exec(title)?.[1];
  record.outcomes.push(
    reason
      ? { title, state: 'skipped', message: reason }
      : {
          title: title || '(untitled)',
          state: 'failed',
          message: 'a skip without its reason: end the title in "(skipped: why)"',
        },
  );
}

export function suite(name, state) {
  const real = uvuSuite(name, state);
  /** @type {SuiteRecord} */
  const record = { outcomes: [], only: [], runs: 0, hookErrors: [] };
  records.push(record);
  const test = (title, handler) => addTest(record, real, title, handler);
  test.only = (title, handler) => {
    record.only.push(title);
    addTest(record, real.only, title, handler);
  };
  test.skip = (title) => skipTest(record, title);
  test.before = (hook) => real.before(guarded(record, hook, 'before'));
  test.before.each = (hook) => real.before.each(guarded(record, hook, 'before.each'));
  test.after = (hook) => real.after(guarded(record, hook, 'after'));
  test.after.each = (hook) => real.after.each(guarded(record, hook, 'after.each'));
  test.run = () => {
    record.runs++;
    real.run();
  };
  return test;
}

export const test = suite();

function problemsOf({ outcomes, only, runs, hookErrors }) {
  return [
    ...hookErrors,
    ...only.map((title) => `.only is left in: "${title}"`),
    ...(outcomes.length > 0 && runs === 0 ? ['.run() is missing: no test of the suite ran'] : []),
    ...(outcomes.length === 0 && runs > 0 ? ['.run() was called on a suite without tests'] : []),
  ];
}

/** What the file came to, to be asked for when its tests have ended. */
export function report() {
  const outcomes = records.flatMap((record) => record.outcomes);
  const problems = records.flatMap(problemsOf);
  if (outcomes.length === 0 && problems.length === 0) problems.push('no test in this file');
  return { outcomes, problems };
}
