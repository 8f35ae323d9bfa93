import { COLUMNS, type Column, HEADINGS } from '../columns.js';
import { LAW_CASES } from '../laws.js';
import { type Group, type Measurement, spreadOf, type Unit } from '../measurement.js';
import type { Spread } from '../statistics.js';
import { NOT_IN_RUN, type Verdict } from './limits.js';
import type { BenchReport } from './report.js';
import { short, sizeText, table } from './table.js';

/** What the other tables hold, in their order. */
const TABLES: readonly (readonly [group: Group, title: string, note: string])[] = [
  [
    'models',
    'Models, end to end',
    "Seconds from no values to all of them; lower is better. Each parameter has the law that torch's own code for the model gives it: Incipit plans, fills and writes, torch allocates and fills. The model of tfjs is built before: Incipit plans, fills and writes, tfjs runs its own initialisers and writes.",
  ],
  ['small-parameters', 'Many small parameters', 'Seconds to plan, fill and write; lower is better.'],
  [
    'start-up',
    'Start-up',
    'Seconds; lower is better. Of a process from its start to its end, and in the browser from navigation to the first weight, with an empty cache.',
  ],
  [
    'memory',
    'Peak memory',
    'MiB that a run adds at its peak to a process that holds the model; lower is better. Each in a process of its own.',
  ],
];

const SCALE: Readonly<Record<Unit, (value: number) => string>> = {
  'Melements/s': short,
  s: (value) => (value < 1 ? `${short(value * 1000)} ms` : `${short(value)} s`),
  MiB: (value) => `${short(value)} MiB`,
};

/** The whole report as Markdown. @param plots of a law the file that shows it, beside the report. */
export function renderMarkdown(report: BenchReport, plots: ReadonlyMap<string, string> = new Map()): string {
  return `${[
    '# Benchmark',
    `Machine: ${report.machine}.`,
    `Versions: ${report.versions.join(', ')}. "All threads" are ${report.threads}.`,
    `Medians of ${report.rounds} interleaved rounds or as many as are told, slowest to fastest in brackets; the run took ` +
      `${short(report.seconds / 60)} minutes.${report.subset === '' ? '' : ` Only a part was measured: ${report.subset}.`}`,
    ...limitsSection(report.verdicts),
    ...fillsSection(report, plots),
    ...TABLES.flatMap(([group, title, note]) => groupSection(report, { group, title, note })),
    ...absentSection(report),
  ].join('\n\n')}\n`;
}

function limitsSection(verdicts: readonly Verdict[]): readonly string[] {
  const measured = verdicts.filter(({ held }) => held !== undefined);
  const held = measured.filter((verdict) => verdict.held === true);
  const part = verdicts.filter(({ reason }) => reason !== NOT_IN_RUN);
  const rows = part.map(({ limit, spread, held: isHeld, reason }) => [
    limit.title,
    `${limit.sense} ${limit.bound} ${limit.unit}`,
    spread === undefined ? '–' : `${short(spread.median)} ${limit.unit} (${short(spread.min)}–${short(spread.max)})`,
    isHeld === undefined ? `not measured: ${reason ?? ''}` : isHeld ? 'held' : '**missed**',
  ]);
  return [
    '## Limits',
    `${held.length} of ${measured.length} that were measured held. Ratios are medians of the ratios of paired rounds, ` +
      'of 2^24 float32 elements where it is about a law.',
    ...(rows.length === 0 ? [] : [table(['what', 'limit', 'measured', ''], rows)]),
    ...(part.length === verdicts.length ? [] : [`${verdicts.length - part.length} limits are no part of this run.`]),
  ];
}

function fillsSection(
  { measurements, contenders }: BenchReport,
  plots: ReadonlyMap<string, string>,
): readonly string[] {
  const fills = measurements.filter(({ group }) => group === 'fills');
  if (fills.length === 0) return [];
  const laws = LAW_CASES.flatMap(({ name, title }) => {
    const rows = fills.filter((row) => row.case === name);
    const plot = plots.get(name);
    const picture = plot === undefined ? [] : [`![million elements a second against the size: ${title}](${plot})`];
    return rows.length === 0 ? [] : [`### ${title} (\`${name}\`)`, ...picture, rowsTable(rows, 'size', sizeAndType)];
  });
  return [
    '## Fills',
    'Million elements a second; higher is better. Elements are float32 where no other type is told.',
    contenders.map(({ column, what }) => `- **${HEADINGS[column]}**: ${what}.`).join('\n'),
    ...laws,
  ];
}

function sizeAndType({ size, dtype }: Measurement): string {
  return dtype === 'float32' ? sizeText(size) : `${sizeText(size)} ${dtype}`;
}

interface Section {
  readonly group: Group;
  readonly title: string;
  readonly note: string;
}

function groupSection({ measurements }: BenchReport, { group, title, note }: Section): readonly string[] {
  const rows = measurements.filter((row) => row.group === group);
  if (rows.every(({ samples }) => Object.keys(samples).length === 0)) return [];
  const name = (row: Measurement): string => `${row.title} (\`${row.case}\`)`;
  return [`## ${title}`, note, rowsTable(rows, '', name)];
}

/** A row each, of the columns that hold anything. */
function rowsTable(rows: readonly Measurement[], corner: string, nameOf: (row: Measurement) => string): string {
  const columns = COLUMNS.filter((column) => rows.some((row) => spreadOf(row, column) !== undefined));
  const cells = rows.map((row) => [nameOf(row), ...columns.map((column) => cell(spreadOf(row, column), row.unit))]);
  return table([corner, ...columns.map((column) => HEADINGS[column])], cells);
}

function cell(value: Spread | undefined, unit: Unit): string {
  if (value === undefined) return '–';
  const [median, min, max] = [value.median, value.min, value.max].map(SCALE[unit]);
  return value.count === 1 ? (median ?? '') : `${median} (${min}–${max})`;
}

/** Why cells are empty: each reason once, with the rows that it is about. */
function absentSection({ measurements }: BenchReport): readonly string[] {
  const rows = new Map<string, Set<string>>();
  for (const { case: name, absent } of measurements) {
    for (const [column, reason] of Object.entries(absent)) {
      const key = `${HEADINGS[column as Column]}: ${reason}`;
      rows.set(key, (rows.get(key) ?? new Set()).add(name));
    }
  }
  if (rows.size === 0) return [];
  return ['## Not measured', [...rows].map(([key, names]) => `- ${key} (${[...names].join(', ')})`).join('\n')];
}
