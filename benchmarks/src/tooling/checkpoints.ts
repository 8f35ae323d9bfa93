// `npm run bench:checkpoints [-- --rounds N] [--only TEXT] [--json FILE] [--markdown FILE]`: reading checkpoints against
// the libraries of Python, in one run, and what a backbone out of a large file takes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { READ_CASES } from '../checkpoints/cases.js';
import { backbone, MODELS } from '../checkpoints/models.js';
import { type BackboneRow, measureBackbones } from '../checkpoints/read-backbone.js';
import { ask, measureCase, type ReadRow } from '../checkpoints/read-files.js';
import { type CheckpointReport, isMissed, renderCheckpoints } from '../checkpoints/report.js';
import { PythonServer } from '../contenders/python-server.js';
import { findPython } from '../contenders/python-venv.js';
import { describeMachine } from '../machine.js';
import type { ModelParameter } from '../suites/shapes.js';

const MEMORY_CASE = 'backbone';
const MOST_MEMORY_ROUNDS = 3;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    markdown: { type: 'string' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
  },
});
const rounds = Number(values.rounds);
const start = performance.now();
const report = await measure();
process.stdout.write(renderCheckpoints(report));
// npm runs this in the workspace's folder; files are meant relative to where the user is.
const place = (file: string): string => resolve(process.env['INIT_CWD'] ?? '.', file);
if (values.json !== undefined) await writeFile(place(values.json), `${JSON.stringify(report, null, 2)}\n`);
if (values.markdown !== undefined) await writeFile(place(values.markdown), renderCheckpoints(report));
if (isMissed(report)) process.exitCode = 1;

function say(line: string): void {
  process.stderr.write(`[${((performance.now() - start) / 1000).toFixed(0)} s] ${line}\n`);
}

async function measure(): Promise<CheckpointReport> {
  const found = await findPython(fileURLToPath(new URL('../../../.cache/bench-venv', import.meta.url)), say);
  if ('reason' in found) throw new Error(`without Python nobody writes the files: ${found.reason}`);
  const python = new PythonServer(found.python, 'checkpoints.py');
  // Of other work: neighbours are the main reason why figures differ.
  const before = loadavg()[0] ?? 0;
  const folder = await mkdtemp(join(tmpdir(), 'incipit-checkpoints-'));
  try {
    const facts = (await python.next()) as Record<string, string> | undefined;
    if (facts?.['torch'] === undefined) throw new Error(facts?.['absent'] ?? python.lastWords());
    return {
      machine: await describeMachine(),
      versions: [
        `Node ${process.versions.node}`,
        `torch ${facts['torch']} (${facts['threads']} threads)`,
        `safetensors ${facts['safetensors']}`,
      ],
      date: new Date().toISOString().slice(0, 10),
      load: before,
      rounds,
      reads: await measureReads(python, folder),
      backbones: await measureMemory(python, folder),
    };
  } finally {
    python.end();
    await rm(folder, { recursive: true });
  }
}

async function measureReads(python: PythonServer, folder: string): Promise<readonly ReadRow[]> {
  const picked = READ_CASES.filter(({ name }) => name.includes(values.only));
  if (picked.length === 0) return [];
  say('writing the files');
  const [real, small] = [await MODELS.real(), await MODELS.small()];
  await ask(python, { op: 'write', folder, real: real.map(named), small: small.map(named) });
  const rows: ReadRow[] = [];
  for (const one of picked) {
    say(one.title);
    rows.push(...(await measureCase(one, { folder, python, rounds })));
  }
  return rows;
}

async function measureMemory(python: PythonServer, folder: string): Promise<readonly BackboneRow[]> {
  if (!MEMORY_CASE.includes(values.only)) return [];
  say('a backbone out of 13 GB');
  await ask(python, { op: 'write-large', folder, backbone: (await backbone()).map(named) });
  return measureBackbones(folder, Math.min(MOST_MEMORY_ROUNDS, rounds));
}

function named({ name, shape }: ModelParameter): readonly [string, readonly number[]] {
  return [name, shape];
}
