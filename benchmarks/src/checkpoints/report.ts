import { short, table } from '../report/table.js';
import type { Spread } from '../statistics.js';
import type { BackboneRow } from './read-backbone.js';
import type { ReadRow } from './read-files.js';

/** What a run of the benchmark found. */
export interface CheckpointReport {
  readonly machine: string;
  readonly versions: readonly string[];
  readonly date: string;
  /** Processes that wanted a core before the run, on average of a minute. */
  readonly load: number;
  readonly rounds: number;
  readonly reads: readonly ReadRow[];
  readonly backbones: readonly BackboneRow[];
}

const MIB = 2 ** 20;

export function isMissed({ reads, backbones }: CheckpointReport): boolean {
  return [...reads, ...backbones].some(({ held }) => held === false);
}

export function renderCheckpoints(report: CheckpointReport): string {
  const { machine, versions, date, load, rounds, reads, backbones } = report;
  return `${[
    '# Benchmark: reading checkpoints',
    `${date}, \`npm run bench:checkpoints -- --rounds ${rounds}\`. Machine: ${machine}, load average ${short(load)} before the run. ` +
      `Versions: ${versions.join(', ')}.`,
    `Medians of ${rounds} interleaved rounds, fastest to slowest in brackets; every file lies in the system's cache.`,
    'Each reading is done by a process of its own, after a small file of the format; ours is `readTensors`, each tensor into ' +
      'memory of its own. The ratio is our speed by that of the other reader: the median of the rounds, in brackets the ' +
      'least and the greatest, then that of the medians. A reader without a limit only maps the file and has read nothing ' +
      'when it is done, or is there for comparison.',
    ...caseSections(reads),
    ...backboneSection(backbones),
  ].join('\n\n')}\n`;
}

function caseSections(rows: readonly ReadRow[]): readonly string[] {
  return [...new Set(rows.map((row) => row.case))].flatMap((name) => {
    const own = rows.filter((row) => row.case === name);
    const [{ title, bytes } = { title: name, bytes: 0 }] = own;
    return [
      `## ${title} (\`${name}\`, ${short(bytes / 1e6)} MB)`,
      table(['', 'time', 'GB/s', 'ratio', 'of medians', 'limit', ''], own.map(readCells)),
    ];
  });
}

function readCells({ reader, bytes, seconds, ratio, ratioOfMedians, limit, held, absent }: ReadRow): readonly string[] {
  if (seconds === undefined) return [reader, `not measured: ${absent ?? ''}`, '–', '–', '–', '–', ''];
  return [
    reader,
    inMilliseconds(seconds),
    short(bytes / 1e9 / seconds.median),
    ratio === undefined ? '' : `${short(ratio.median)} × (${short(ratio.min)}–${short(ratio.max)})`,
    ratioOfMedians === undefined ? '' : `${short(ratioOfMedians)} ×`,
    limit === undefined ? '' : `≥ ${limit} ×`,
    verdict(held),
  ];
}

function backboneSection(rows: readonly BackboneRow[]): readonly string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const cells = rows.map(({ file, from, atomic, seconds, peakBytes, largestBytes, parameterBytes, fetched, held }) => [
    `\`${file}\`, ${from}, ${atomic ? 'atomic' : '`atomic: false`'}`,
    inMilliseconds(seconds),
    `${short(peakBytes.median / MIB)} MiB (${short(peakBytes.min / MIB)}–${short(peakBytes.max / MIB)})`,
    `${short((peakBytes.median - largestBytes) / MIB)} MiB`,
    fetched === undefined
      ? ''
      : `${short((fetched.bytes - parameterBytes) / 1024)} KiB in ${fetched.requests} requests`,
    verdict(held),
  ]);
  return [
    `## A backbone of ${short(first.parameterBytes / 1e6)} MB out of ${short(first.fileBytes / 1e9)} GB`,
    'Each in a process of its own, by `Pretrained` with a prefix; every value is compared. The peak is what the run adds to ' +
      'a process that has the model, as Linux counts it (`VmHWM`). Limits, for `atomic: false`: 64 MiB beyond the largest ' +
      `tensor (${short(first.largestBytes / MIB)} MiB), and over HTTP 1 MiB fetched beyond the parameters. An atomic run ` +
      'holds a second copy of the parameters.',
    table(['', 'time', 'peak', 'beyond the largest tensor', 'fetched beyond the parameters', ''], cells),
  ];
}

function inMilliseconds({ median, min, max }: Spread): string {
  const [middle, least, most] = [median, min, max].map((seconds) => short(seconds * 1000));
  return `${middle} ms (${least}–${most})`;
}

function verdict(held: boolean | undefined): string {
  return held === undefined ? '' : held ? 'held' : '**missed**';
}
