import { type BenchCase, PEERS, type PeerName } from './cases.js';
import type { EndToEnd } from './resnet50.js';
import type { CaseResult } from './rounds.js';
import { type Spread, spread } from './statistics.js';

export interface BenchReport {
  readonly machine: string;
  /** `Node 20.20.2`, `torch 2.15.0 (one thread, AVX2)`, … */
  readonly versions: readonly string[];
  /** Peers that are not here, and why. */
  readonly absent: readonly string[];
  readonly size: number;
  readonly rounds: number;
  readonly contenders: readonly { readonly name: string; readonly what: string }[];
  readonly cases: readonly CaseResult[];
  readonly resnet50: EndToEnd;
}

/** Ratio aimed at for ResNet-50, ours to tfjs. */
const RESNET50_AIM = 5;

/** The whole report as Markdown. */
export function renderMarkdown(report: BenchReport): string {
  return [
    '# Benchmark: filling weights on one core',
    '',
    `Machine: ${report.machine}.`,
    '',
    `Versions: ${report.versions.join(', ')}.`,
    ...report.absent.map((line) => `\nAbsent: ${line}.`),
    '',
    `Million float32 elements a second for ${report.size.toLocaleString('en-US')} elements: median of ${report.rounds} ` +
      'interleaved rounds, slowest to fastest in brackets. Higher is better.',
    '',
    ratesTable(report),
    '',
    ...report.contenders.map(({ name, what }) => `- **${name}**: ${what}.`),
    '',
    '## Ratios',
    '',
    'Incipit (allocated array) to each peer, medians; the aim in brackets where there is one; then the fastest rounds,',
    'which a shared machine disturbs least.',
    '',
    ratiosTable(report),
    '',
    '## ResNet-50 end to end',
    '',
    resnetTable(report.resnet50),
    '',
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows;
  if (head === undefined) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...body.map(line)].join('\n');
}

function rate(value: Spread | undefined): string {
  return value === undefined ? '–' : `${value.median.toFixed(0)} (${value.min.toFixed(0)}–${value.max.toFixed(0)})`;
}

function ratesTable({ contenders, cases }: BenchReport): string {
  const names = contenders.map(({ name }) => name);
  return table([
    ['case', ...names],
    ...cases.map((result) => [result.case.title, ...names.map((name) => rate(result.rates.get(name)))]),
  ]);
}

function ratiosTable({ cases }: BenchReport): string {
  return table([
    ['case', ...PEERS],
    ...cases.map((result) => [result.case.title, ...PEERS.map((peer) => ratioCell(result, peer))]),
  ]);
}

/** Ours to the peer's, or undefined when either is absent; `of` picks the number of the spread, medians by default. */
export function ratio({ rates }: CaseResult, peer: PeerName, of: 'median' | 'max' = 'median'): number | undefined {
  const ours = rates.get('incipit');
  const theirs = rates.get(peer);
  return ours === undefined || theirs === undefined ? undefined : ours[of] / theirs[of];
}

function ratioCell(result: CaseResult, peer: PeerName): string {
  const value = ratio(result, peer);
  const best = ratio(result, peer, 'max');
  const aim = result.case.aims[peer];
  if (value === undefined || best === undefined) return '–';
  const text = `${value.toFixed(2)}×`;
  const judged = aim === undefined ? text : `**${text}** (${value >= aim ? '≥' : 'below'} ${aim})`;
  return `${judged}, best ${best.toFixed(2)}×`;
}

function resnetTable({ elements, incipit, tfjs }: EndToEnd): string {
  const cell = (seconds: readonly number[]): string => {
    const { median, min, max } = spread(seconds);
    return `${(median * 1000).toFixed(0)} ms (${(min * 1000).toFixed(0)}–${(max * 1000).toFixed(0)})`;
  };
  const times = spread(tfjs).median / spread(incipit).median;
  const best = spread(tfjs).min / spread(incipit).min;
  return [
    `${elements.toLocaleString('en-US')} weights of a built tfjs model (CPU backend), kernels he_normal, the rest ones and zeros.`,
    'Incipit plans, fills and writes; tfjs runs its own initialisers and writes.',
    '',
    table([
      ['', 'time', 'ratio'],
      [
        'incipit',
        cell(incipit),
        `**${times.toFixed(1)}×** (${times >= RESNET50_AIM ? '≥' : 'below'} ${RESNET50_AIM}), best ${best.toFixed(1)}×`,
      ],
      ['tfjs', cell(tfjs), ''],
    ]),
  ].join('\n');
}

/** The list that `--json` writes: rates in million elements a second, ResNet-50 in seconds; null where absent. */
export function toJson(report: BenchReport): readonly unknown[] {
  const fills = report.cases.map((result) => jsonOf(result.case, result, report.size));
  const { elements, incipit, tfjs } = report.resnet50;
  return [
    ...fills,
    {
      case: 'resnet50',
      size: elements,
      dtype: 'float32',
      unit: 's',
      ours: { threads1: spread(incipit).median, threadsN: null, gpu: null },
      peers: { torch: null, numpy: null, tfjs: spread(tfjs).median },
      spread: { incipit: spread(incipit), tfjs: spread(tfjs) },
    },
  ];
}

function jsonOf({ name }: BenchCase, { rates }: CaseResult, size: number): unknown {
  const median = (contender: string): number | null => rates.get(contender)?.median ?? null;
  return {
    case: name,
    size,
    dtype: 'float32',
    unit: 'Melements/s',
    ours: { threads1: median('incipit'), threadsN: null, gpu: null, threads1Fresh: median('incipit-fresh') },
    peers: { torch: median('torch'), numpy: median('numpy'), tfjs: median('tfjs') },
    spread: Object.fromEntries(rates),
  };
}
