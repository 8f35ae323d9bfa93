// `npm run bench:registry [-- --json FILE]`: what registries cost, as ratios of what they stand on, in one run.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { collectGarbage } from '../contenders/contender.js';
import { spread } from '../statistics.js';
import { building, type Comparison, lookups, NODES } from './registry-comparisons.js';

const ROUNDS = 41;

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const results = [...lookups(), building()].map(measure);
for (const { name, ours, bare, ratio, median, limit } of results) {
  const told = `${ours.toFixed(1)} ns against ${bare.toFixed(1)} ns: ${ratio.toFixed(2)} × (median of rounds ${median.toFixed(2)} ×)`;
  process.stdout.write(`${name}: ${told}, limit ${limit} × ${ratio <= limit ? 'held' : 'MISSED'}\n`);
}
// npm runs this in the workspace's folder; files are meant relative to where the user is.
const place = (file: string): string => resolve(process.env['INIT_CWD'] ?? '.', file);
if (values.json !== undefined) await writeFile(place(values.json), `${JSON.stringify(results, null, 2)}\n`);
if (results.some(({ ratio, limit }) => ratio > limit)) process.exitCode = 1;

interface Result {
  readonly name: string;
  readonly limit: number;
  /** Nanoseconds of one lookup or one node, in the fastest round. */
  readonly ours: number;
  readonly bare: number;
  /** Of the fastest rounds. */
  readonly ratio: number;
  readonly median: number;
}

function measure({ name, limit, ours, bare }: Comparison): Result {
  const times = Array.from({ length: ROUNDS }, () => ({ ours: nanoseconds(ours), bare: nanoseconds(bare) }));
  const best = { ours: spread(times.map((one) => one.ours)).min, bare: spread(times.map((one) => one.bare)).min };
  const { median } = spread(times.map((one) => one.ours / one.bare));
  return { name, limit, ...best, ratio: best.ours / best.bare, median };
}

function nanoseconds(act: () => unknown): number {
  collectGarbage();
  const start = performance.now();
  act();
  return ((performance.now() - start) * 1e6) / NODES;
}
