// `npm test`: set-up, build, every test, checks of the source; the last line is `N passed, N failed[, N skipped]`.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { withBuildLock } from './build.mjs';
import { chromiumEnv, ensureChromium } from './chromium.mjs';
import { pruneAll } from './prune-dist.mjs';
import { ensureSetup, ROOT, SetupError } from './setup.mjs';
import { clearResults, summary, tally } from './tally/tally.mjs';
import { runTurbo } from './turbo.mjs';
import { listWorkspaces } from './workspaces.mjs';

/** Folder of the tests of the scripts themselves, run as turbo's root task. */
const SCRIPTS = 'scripts';

const CHECKS = [
  {
    title: 'format and lint (biome ci)',
    args: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--max-diagnostics=100', '.'],
  },
  { title: 'borders between rooms and packages', args: ['scripts/borders.mjs'] },
  { title: 'types of the scripts', args: ['node_modules/typescript/bin/tsc', '-p', 'scripts'] },
  { title: 'unused files, exports and dependencies (knip)', args: ['node_modules/knip/bin/knip.js'] },
  {
    title: 'generated files of the example are up to date (incipit codegen --check)',
    args: [
      'packages/cli/bin/incipit.js',
      'codegen',
      '--check',
      '--project',
      'examples/custom-initializers/tsconfig.json',
      '--out',
      'examples/custom-initializers/src/generated',
    ],
  },
  { title: 'lock file complete for every platform', args: ['scripts/complete-lockfile.mjs', '--check'] },
];

function runCheck({ title, args }) {
  const run = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  const passed = run.status === 0;
  console.log(`${passed ? '✔' : '✘'} ${title}`);
  if (!passed) console.log(`${run.stdout ?? ''}${run.stderr ?? ''}`);
  return { title, passed };
}

function addChecks(counted, checks) {
  const failed = checks.filter(({ passed }) => !passed);
  return {
    passed: counted.passed + checks.length - failed.length,
    failures: [...failed.map(({ title }) => ({ where: 'check', title, message: 'see above' })), ...counted.failures],
    skips: counted.skips,
  };
}

async function runTests(args) {
  await ensureSetup();
  const env = chromiumEnv(ensureChromium((line) => console.error(line)));
  const folders = [...listWorkspaces(ROOT).map(({ path }) => path), SCRIPTS];
  const turbo = [
    'run',
    'build',
    'test',
    'test:scripts',
    '--continue=always',
    '--log-order=grouped',
    '--output-logs=full',
    '--log-prefix=none',
  ];
  return withBuildLock(async () => {
    pruneAll(ROOT);
    clearResults(ROOT, folders);
    const code = await runTurbo([...turbo, ...args], { env });
    // After the build, which writes sources that they read.
    const checks = CHECKS.map(runCheck);
    const counted = addChecks(tally(ROOT, folders), checks);
    if (code !== 0 && counted.failures.length === 0) {
      counted.failures.push({ where: 'turbo', title: 'build and test', message: `exit code ${code}` });
    }
    return counted;
  });
}

let end;
try {
  end = summary(await runTests(process.argv.slice(2)), { ci: process.env.CI === 'true' });
} catch (error) {
  const message = error instanceof SetupError ? error.message : (error.stack ?? String(error));
  end = { lines: [`FAILED   ${message}`], last: '0 passed, 1 failed', exitCode: 1 };
}
for (const line of end.lines) console.log(line);
console.log(end.last);
process.exitCode = end.exitCode;
