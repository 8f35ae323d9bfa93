import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Column } from '../columns.js';
import type { Measurement } from '../measurement.js';
import { spread } from '../statistics.js';
import { inRounds } from '../suites/rounds.js';
import { toJson } from './json.js';
import { judge, LIMITS } from './limits.js';
import { renderMarkdown } from './markdown.js';
import { plotLaw } from './plot.js';
import type { BenchReport } from './report.js';
import { short, sizeText } from './table.js';
import { writeJson, writeMarkdown } from './write-report.js';

const test = suite('benchmark report');

function fill(name: string, size: number, samples: Measurement['samples']): Measurement {
  const row = { case: name, group: 'fills', title: name, size, dtype: 'float32', unit: 'Melements/s' } as const;
  return { ...row, samples, absent: { gpu: 'no adapter' } };
}

const MEASUREMENTS: readonly Measurement[] = [
  fill('uniform', 2 ** 10, { threads1: [100, 100, 100], torch: [50, 50, 50] }),
  fill('uniform', 2 ** 24, { threads1: [300, 400, 200], threadsN: [600, 760, 380], torch: [200, 380, 200] }),
  fill('normal', 2 ** 24, { threadsN: [30], torch: [20] }),
  {
    case: 'start-up',
    group: 'start-up',
    title: 'cold process',
    size: 2048,
    dtype: 'float32',
    unit: 's',
    samples: { threads1: [0.2, 0.3], torch: [2, 3] },
    absent: {},
  },
];

const REPORT: BenchReport = {
  machine: 'one core of a test',
  versions: ['Node 20'],
  threads: 2,
  rounds: 3,
  seconds: 90,
  subset: '--only uniform',
  contenders: [{ column: 'threads1', what: 'a stand-in' }],
  measurements: MEASUREMENTS,
  verdicts: judge(LIMITS, MEASUREMENTS),
};

test('the spread of an odd and of an even number of measurements', () => {
  assert.equal(spread([3, 1, 2]), { median: 2, min: 1, max: 3, count: 3 });
  assert.equal(spread([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4, count: 4 });
  assert.throws(() => spread([]), /no measurements/);
});

test('rounds count every part but the warming up, each round begun by another', async () => {
  const calls: string[] = [];
  const part = (key: Column, value: number | { absent: string }) => ({
    key,
    async run() {
      calls.push(key);
      return value;
    },
  });
  const parts = [part('threads1', 1), part('torch', 2), part('numpy', { absent: 'no such law' })];
  const measured = await inRounds(parts, { rounds: 2, warmUps: 1 });
  assert.equal(calls, ['threads1', 'torch', 'numpy', 'torch', 'threads1', 'threads1', 'torch']);
  assert.equal(measured, { samples: { threads1: [1, 1], torch: [2, 2] }, absent: { numpy: 'no such law' } });
});

test('a limit is judged by the median of paired rounds, at its own size', () => {
  const verdict = (title: RegExp) => REPORT.verdicts.find(({ limit }) => title.test(limit.title));
  const torch = verdict(/^uniform, all threads against torch/);
  assert.equal(torch?.spread, { median: 2, min: 1.9, max: 3, count: 3 });
  assert.is(torch?.held, true);
  assert.is(verdict(/^normal, all threads against torch/)?.held, false, '1.5 is below 1.7');
  assert.is(verdict(/^uniform, all threads against one thread/)?.held, true);
  const jax = verdict(/^normal, all threads against JAX/);
  assert.equal([jax?.held, jax?.spread, jax?.reason], [undefined, undefined, 'nothing was measured']);
  assert.is(verdict(/^constant/)?.reason, 'not part of this run');
});

test('the JSON has the pinned keys, medians, and null with a reason where something is absent', () => {
  const list = toJson(REPORT) as Record<string, unknown>[];
  assert.is(list.length, MEASUREMENTS.length);
  for (const entry of list) {
    for (const key of ['case', 'size', 'dtype', 'unit', 'ours', 'peers', 'spread', 'machine', 'versions'])
      assert.ok(key in entry, `${String(entry['case'])} has ${key}`);
    for (const key of ['threads1', 'threadsN', 'gpu']) assert.ok(key in (entry['ours'] as object), key);
  }
  const uniform = list[1];
  const ours = { threads1: 300, threadsN: 600, gpu: null, threads1Fresh: null, threadsNFresh: null };
  assert.equal(uniform?.['ours'], ours);
  const peers = { torch1: null, torch: 200, jax: null, numpy: null, tfjs: null, tfjsWebgpu: null };
  assert.equal(uniform?.['peers'], peers);
  assert.equal(uniform?.['absent'], { gpu: 'no adapter' });
  const ratios = list[3]?.['ratios'] as Record<string, unknown> | undefined;
  assert.equal(ratios?.['threads1/torch'], spread([10, 10]));
  const limits = uniform?.['limits'] as Record<string, unknown>[];
  assert.ok(limits.some(({ bound, median, held }) => bound === 2 && median === 2 && held === true));
  assert.equal(JSON.parse(JSON.stringify(list)), list);
});

test('the Markdown names the machine, the limits, the rates, what is absent, and that it is a part', () => {
  const text = renderMarkdown(REPORT, new Map([['uniform', 'report-uniform.svg']]));
  assert.match(text, 'Machine: one core of a test.');
  assert.match(text, 'Only a part was measured: --only uniform.');
  assert.match(text, '| uniform, all threads against torch with all threads | at least 2 × | 2 × (1.9–3) | held |');
  assert.match(text, '| 1.5 × (1.5–1.5) | **missed** |');
  assert.match(text, '| 2^24 | 300 (200–400) | 600 (380–760) | 200 (200–380) |');
  assert.match(text, '| cold process (`start-up`) | 250 ms (200 ms–300 ms) | 2.5 s (2 s–3 s) |');
  assert.match(text, '](report-uniform.svg)');
  assert.match(text, '- Incipit, GPU: no adapter (uniform, normal)');
});

test('a plot has a line for each column of two sizes or more, and is well-formed', () => {
  const rows = MEASUREMENTS.filter(({ case: name }) => name === 'uniform');
  const svg = plotLaw('uniform <-1, 1>', rows) ?? '';
  assert.is(svg.match(/<polyline/g)?.length, 2, 'one thread and torch; all threads have one size only');
  assert.match(svg, 'uniform &lt;-1, 1>');
  assert.match(svg, '>2^24</text>');
  assert.not.match(svg, /NaN|Infinity|undefined/);
  assert.is(plotLaw('normal', MEASUREMENTS.slice(2, 3)), undefined);
});

test('plots lie beside the report, which shows them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'incipit-bench-'));
  try {
    await writeMarkdown(REPORT, join(folder, 'results', 'run.md'));
    await writeJson(REPORT, join(folder, 'run.json'));
    assert.equal((await readdir(join(folder, 'results'))).sort(), ['run-uniform.svg', 'run.md']);
    assert.match(await readFile(join(folder, 'results', 'run.md'), 'utf8'), '](run-uniform.svg)');
    assert.is(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')).length, MEASUREMENTS.length);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('numbers keep three digits, sizes are powers where they are', () => {
  assert.equal([0, 0.01234, 1.234, 12.34, 1234.4, 99.96].map(short), ['0', '0.0123', '1.23', '12.3', '1,230', '100']);
  assert.equal([1024, 2 ** 24, 1000, 25557032].map(sizeText), ['2^10', '2^24', '1,000', '25,557,032']);
});

test.run();
