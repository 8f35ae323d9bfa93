// `npm run bench [-- FLAGS]`: see flags.ts, or `npm run bench -- --help`.
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TFJS_VERSION } from './contenders/tfjs.js';
import { FlagError, type Flags, parseFlags, subsetOf, USAGE } from './flags.js';
import { describeMachine } from './machine.js';
import { judge, LIMITS } from './report/limits.js';
import { renderMarkdown } from './report/markdown.js';
import type { BenchReport } from './report/report.js';
import { writeJson, writeMarkdown } from './report/write-report.js';
import { Bench } from './suites/suite.js';
import { pickCases, runSuites } from './suites/suites.js';

try {
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) process.stdout.write(USAGE);
  else await run(flags, pickCases(flags));
} catch (error) {
  if (!(error instanceof FlagError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function run(flags: Flags, picked: ReadonlySet<string>): Promise<void> {
  const files = [flags.json, flags.markdown].map(placeOf);
  // A place that cannot be written to is told now, not after the run.
  for (const file of files) if (file !== undefined) await mkdir(dirname(file), { recursive: true });
  const report = await measure(flags, picked);
  const [json, markdown] = files;
  process.stdout.write(renderMarkdown(report));
  if (json !== undefined) await writeJson(report, json);
  if (markdown !== undefined) await writeMarkdown(report, markdown);
}

/** npm runs this in the workspace's folder; files are meant relative to where the user is. */
function placeOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', file);
}

async function measure(flags: Flags, picked: ReadonlySet<string>): Promise<BenchReport> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const bench = new Bench(flags, (line) => process.stderr.write(`[${seconds().toFixed(0)} s] ${line}\n`));
  try {
    const measurements = await runSuites(bench, picked);
    const python = await bench.python();
    const gpu = await bench.gpu();
    return {
      machine: `${await describeMachine()}${'device' in gpu ? `, GPU ${gpu.name}` : ''}`,
      versions: [`Node ${process.versions.node}`, ...python.versions, `tfjs ${TFJS_VERSION}`],
      threads: bench.threads,
      rounds: flags.rounds,
      seconds: seconds(),
      subset: subsetOf(flags),
      contenders: (await bench.contendersSoFar()).map(({ column, what }) => ({ column, what })),
      measurements,
      verdicts: judge(LIMITS, measurements),
    };
  } finally {
    await bench.dispose();
  }
}
