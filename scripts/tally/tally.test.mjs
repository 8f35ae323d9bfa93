import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from '../setup.mjs';
import { summary, tally } from './tally.mjs';
import { runTestFile } from './test-files.mjs';
import { listTests, testWorkspace } from './test-workspace.mjs';

const WORKSPACE = fileURLToPath(new URL('./test-workspace.mjs', import.meta.url));
const UVU = "import { suite, test } from 'uvu';\n";

/** A fixture's text and what must come of it: passes, skips, and a pattern for each failure in order. */
const FIXTURES = [
  { name: 'two passing tests', text: 'test("a", () => {}); test("b", async () => {}); test.run();', passed: 2 },
  {
    name: 'a failing beside a passing test',
    text: 'test("a", () => { throw new Error("wrong sum"); }); test("b", () => {}); test.run();',
    passed: 1,
    failures: [/a: .*wrong sum/s],
  },
  {
    name: 'a before hook that throws',
    text: 'test.before(() => { throw new Error("no server"); }); test("a", () => {}); test.run();',
    failures: [/before hook threw: .*no server/s, /a: was not run/],
  },
  {
    name: 'a before.each hook that throws',
    text: 'test.before.each(() => { throw new Error("no row"); }); test("a", () => {}); test.run();',
    failures: [/before\.each hook threw: .*no row/s, /a: was not run/],
  },
  {
    name: 'an after.each hook that throws',
    text: 'test.after.each(() => { throw new Error("left open"); }); test("a", () => {}); test.run();',
    passed: 1,
    failures: [/after\.each hook threw: .*left open/s, /after\.each hook threw: .*left open/s],
  },
  {
    name: 'an after hook that throws',
    text: 'test.after(() => { throw new Error("still busy"); }); test("a", () => {}); test.run();',
    passed: 1,
    failures: [/still busy/, /after hook threw: .*still busy/s],
  },
  { name: 'a missing .run()', text: 'test("a", () => {});', failures: [/\.run\(\) is missing/, /a: was not run/] },
  {
    name: 'a missing .run() of one suite of two',
    text: 'const s = suite("s"); s("in s", () => {}); test("a", () => {}); test.run();',
    passed: 1,
    failures: [/\.run\(\) is missing/, /in s: was not run/],
  },
  {
    name: 'an .only left in',
    text: 'test.only("a", () => {}); test("b", () => {}); test.run();',
    passed: 1,
    failures: [/\.only is left in: "a"/, /b: was not run/],
  },
  { name: 'a file without a test', text: 'export {};', failures: [/no test in this file/] },
  { name: 'a suite without a test', text: 'test.run();', failures: [/without tests/] },
  {
    name: 'a file that throws',
    text: 'throw new Error("bad import");',
    failures: [/the file threw: .*bad import/s, /no test/],
  },
  {
    name: 'a process that exits in the middle',
    text: 'test("a", () => process.exit(0)); test.run();',
    failures: [/before its tests did/],
  },
  {
    name: 'a promise that never settles',
    text: 'test("a", () => new Promise(() => {})); test.run();',
    failures: [/before its tests did/],
  },
  {
    name: 'an endless test',
    text: 'test("a", () => new Promise((r) => setTimeout(r, 60_000))); test.run();',
    timeLimit: 1500,
    failures: [/stopped after 1\.5 s/],
  },
  {
    name: 'an exception outside any test',
    text: 'test("a", () => new Promise((r) => { setTimeout(() => { throw new Error("late"); }); setTimeout(r, 200); })); test.run();',
    failures: [/before its tests did/],
  },
  {
    name: 'a skip with its reason',
    text: 'test.skip("a (skipped: no GPU)"); test("b", () => {}); test.run();',
    passed: 1,
    skips: ['no GPU'],
  },
  {
    name: 'a skip without a reason',
    text: 'test.skip("a"); test("b", () => {}); test.run();',
    passed: 1,
    failures: [/a: a skip without its reason/],
  },
];

const test = suite('tally', {});
/** @type {string} */
let folder;

function write(path, text) {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'incipit-tally-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  write('package.json', '{ "type": "module" }');
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

for (const { name, text, passed = 0, failures = [], skips = [], timeLimit } of FIXTURES) {
  test(`${name} is counted as ${passed} passed, ${failures.length} failed, ${skips.length} skipped`, async () => {
    const file = write('fixture.test.mjs', UVU + text);
    const result = await runTestFile(file, { cwd: folder, ...(timeLimit ? { timeLimit } : {}) });
    const told = result.failures.map(({ title, message }) => `${title}: ${message}`);
    assert.is(result.passed, passed, told.join('\n'));
    assert.equal(
      result.skips.map(({ message }) => message),
      skips,
    );
    assert.is(told.length, failures.length, told.join('\n'));
    for (const pattern of failures)
      assert.ok(
        told.some((line) => pattern.test(line)),
        `${pattern} in ${told.join('\n')}`,
      );
  });
}

test('a TypeScript test whose compiled file is missing fails, one that is there runs', async () => {
  write('src/there.test.ts', '');
  write('dist/there.test.js', `${UVU}test('a', () => {}); test.run();`);
  write('src/gone.test.ts', '');
  assert.is(await testWorkspace(folder), 1);
  const counted = tally(folder, ['.']);
  assert.is(counted.passed, 1);
  assert.is(counted.failures.length, 1);
  assert.match(counted.failures[0].message, /not compiled: dist\/gone\.test\.js/);
});

test('a compiled test whose source is gone does not run', async () => {
  write('src/there.test.ts', '');
  write('dist/there.test.js', `${UVU}test('a', () => {}); test.run();`);
  write('dist/deleted.test.js', `${UVU}test('b', () => {}); test.run();`);
  assert.equal(
    listTests(folder).map(({ run }) => run),
    ['dist/there.test.js'],
  );
  assert.is(await testWorkspace(folder), 0);
  assert.is(tally(folder, ['.']).passed, 1);
});

test('lines that begin with "# " are shown of a passing file, other lines are not', async () => {
  const said = "test('a', () => console.log('hidden')); test('b', () => console.log('# 3 ms'));";
  write('a.test.mjs', `${UVU}${said} test.run();`);
  const run = spawnSync(process.execPath, [WORKSPACE], { cwd: folder, encoding: 'utf8' });
  assert.is(run.status, 0, run.stderr);
  assert.match(run.stdout, /^# 3 ms$/m);
  assert.not.match(run.stdout, /hidden/);
});

test('what a test leaves in the temporary folder goes with it', async () => {
  const head = `import { mkdtempSync } from 'node:fs'; import { tmpdir } from 'node:os'; ${UVU}`;
  const file = write(
    'a.test.mjs',
    `${head}test('a', () => console.log(mkdtempSync(tmpdir() + '/left-'))); test.run();`,
  );
  const { passed, output } = await runTestFile(file, { cwd: folder });
  const left = /\S*\/left-\w+/.exec(output)?.[0] ?? '';
  assert.is(passed, 1);
  assert.ok(left.startsWith(tmpdir()), left);
  assert.is(existsSync(left), false);
});

test('a pattern that no file matches fails', async () => {
  write('a.test.mjs', `${UVU}test('a', () => {}); test.run();`);
  assert.is(await testWorkspace(folder, ['nothing-like-it']), 1);
  assert.is(await testWorkspace(folder, ['a.test']), 0);
});

test('a workspace with tests and no result fails, one without tests does not', () => {
  write('with/src/a.test.ts', '');
  write('without/src/a.ts', '');
  const counted = tally(folder, ['with', 'without']);
  assert.is(counted.failures.length, 1);
  assert.match(counted.failures[0].message, /no result/);
});

test('a result that leaves out a test file fails', () => {
  write('src/a.test.ts', '');
  write('src/b.test.ts', '');
  write('.cache/tests.json', JSON.stringify([{ file: 'dist/a.test.js', passed: 3, failures: [], skips: [] }]));
  const counted = tally(folder, ['.']);
  assert.is(counted.passed, 3);
  assert.equal(
    counted.failures.map(({ where }) => where),
    ['src/b.test.ts'],
  );
});

test('the last line counts skips, and under CI they are failures', () => {
  const skip = { where: 'w', title: 't (skipped: no GPU)', message: 'no GPU' };
  const counted = { passed: 7, failures: [], skips: [skip] };
  assert.is(summary(counted, { ci: false }).last, '7 passed, 0 failed, 1 skipped');
  assert.is(summary(counted, { ci: false }).exitCode, 0);
  assert.is(summary(counted, { ci: true }).last, '7 passed, 1 failed');
  assert.is(summary(counted, { ci: true }).exitCode, 1);
});

test('no test at all is a failure', () => {
  const end = summary({ passed: 0, failures: [], skips: [] }, { ci: false });
  assert.is(end.last, '0 passed, 1 failed');
  assert.is(end.exitCode, 1);
});

test.run();
