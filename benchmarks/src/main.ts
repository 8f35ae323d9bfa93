// `npm run bench [-- --json FILE] [-- --markdown FILE] [-- --rounds N]`
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CASES, SIZE } from './cases.js';
import { incipitContenders } from './incipit-contenders.js';
import { describeMachine } from './machine.js';
import { type PythonPeers, pythonPeers } from './python-contenders.js';
import { type BenchReport, renderMarkdown, toJson } from './report.js';
import { measureResNet50 } from './resnet50.js';
import { measureCases } from './rounds.js';
import { TFJS_VERSION, tfjsContender } from './tfjs-contender.js';

const ROUNDS = 7;
const RESNET50_ROUNDS = 5;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    markdown: { type: 'string' },
    rounds: { type: 'string', default: String(ROUNDS) },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new RangeError(`--rounds is ${values.rounds}: a whole number from 1 is needed`);

const log = (line: string): void => void process.stderr.write(`${line}\n`);
const report = await measure();
process.stdout.write(renderMarkdown(report));
// npm runs this in the workspace's folder; files are meant relative to where the user is.
const place = (file: string): string => resolve(process.env['INIT_CWD'] ?? '.', file);
if (values.json !== undefined) await writeFile(place(values.json), `${JSON.stringify(toJson(report), null, 2)}\n`);
if (values.markdown !== undefined) await writeFile(place(values.markdown), renderMarkdown(report));

async function measure(): Promise<BenchReport> {
  const python = await pythonPeers(fileURLToPath(new URL('../../.cache/bench-venv', import.meta.url)), log);
  const absent = Object.entries(python.facts).flatMap(([peer, { reason }]) =>
    reason === undefined ? [] : [`${peer}: ${reason}`],
  );
  for (const line of absent) log(`skipped ${line}`);
  const contenders = [...(await incipitContenders()), ...python.contenders, await tfjsContender()];
  try {
    return {
      machine: await describeMachine(),
      versions: [`Node ${process.versions.node}`, ...pythonVersions(python), `tfjs ${TFJS_VERSION}`],
      absent,
      size: SIZE,
      rounds,
      contenders: contenders.map(({ name, what }) => ({ name, what })),
      cases: await measureCases(CASES, contenders, { size: SIZE, rounds, log }),
      resnet50: await measureResNet50(RESNET50_ROUNDS),
    };
  } finally {
    for (const contender of contenders) await contender.dispose();
  }
}

function pythonVersions({ facts }: PythonPeers): string[] {
  return Object.entries(facts).flatMap(([name, { version, threads, simd }]) => {
    if (version === undefined) return [];
    const details = [threads === 1 ? 'one thread' : `${threads} threads`, ...(simd === undefined ? [] : [simd])];
    return [`${name} ${version} (${details.join(', ')})`];
  });
}
