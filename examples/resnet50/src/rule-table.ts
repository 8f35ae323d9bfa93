import { lawMoments, type PlanStep, type Report, type StepReport } from '@incipit/core';
import { formatLaws, formatNumber, formatShortCount, formatTime } from './numbers.js';
import { elementsOf } from './plan-table.js';
import type { Style } from './style.js';
import { type Column, renderTable } from './table.js';

/** A parameter, what was planned for it and what was measured of it. */
interface Filled {
  readonly step: PlanStep;
  readonly report: StepReport;
}

interface RuleRow {
  readonly rule: string;
  readonly filled: Filled[];
}

interface Pooled {
  readonly mean: number;
  readonly std: number;
}

/** Farther from its law than this many standard errors, and a measurement is marked. */
const SUSPICIOUS = 5;

/** Per rule and kind of law: how much it set, what was expected, what was measured, how long it took. */
export function renderRules(report: Report, style: Style): string {
  const rows = new Map<string, RuleRow>();
  report.plan.steps.forEach((step, index) => {
    const stepReport = report.steps[index];
    if (stepReport === undefined) return;
    const rule = ruleOf(step);
    const key = `${rule} ${step.law.kind} ${step.law.kind === 'constant' ? step.law.value : ''}`;
    const row = rows.get(key) ?? { rule, filled: [] };
    row.filled.push({ step, report: stepReport });
    rows.set(key, row);
  });
  const columns: readonly Column<RuleRow>[] = [
    { title: 'rule', cell: (row) => row.rule, paint: (text) => style.accent(text) },
    { title: 'parameters', cell: namesOf },
    { title: 'elements', align: 'right', cell: (row) => formatShortCount(countOf(row)) },
    { title: 'law', cell: (row) => formatLaws(row.filled.map(({ step }) => step.law)) },
    { title: 'mean', align: 'right', cell: (row) => number(expected(row)?.mean) },
    {
      title: 'measured',
      align: 'right',
      cell: (row) => number(measured(row)?.mean),
      paint: (text, row) => mark(text, row, style),
    },
    { title: 'std', align: 'right', cell: (row) => number(expected(row)?.std) },
    {
      title: 'measured',
      align: 'right',
      cell: (row) => number(measured(row)?.std),
      paint: (text, row) => mark(text, row, style),
    },
    {
      title: 'time',
      align: 'right',
      cell: (row) => formatTime(row.filled.reduce((sum, { report }) => sum + report.seconds, 0)),
    },
  ];
  return renderTable(columns, [...rows.values()], style);
}

function ruleOf(step: PlanStep): string {
  const { initializer, origin } = step.provenance;
  if (origin?.line !== undefined) return `${initializer}, line ${origin.line}`;
  return initializer === 'fallback' ? "the layer's own" : initializer;
}

/** `53 × kernel` */
function namesOf(row: RuleRow): string {
  const names = new Set(row.filled.map(({ step }) => step.path.split('.').at(-1)));
  return `${String(row.filled.length).padStart(2)} × ${[...names].join(', ')}`;
}

function number(value: number | undefined): string {
  return value === undefined ? '–' : formatNumber(value);
}

function countOf(row: RuleRow): number {
  return row.filled.reduce((sum, { step }) => sum + elementsOf(step), 0);
}

/** Mean and standard deviation of all elements together, from those of the parts. */
function pool(row: RuleRow, momentsOf: (filled: Filled) => Pooled | undefined): Pooled | undefined {
  let mean = 0;
  let square = 0;
  for (const filled of row.filled) {
    const moments = momentsOf(filled);
    if (moments === undefined) return undefined;
    const share = elementsOf(filled.step) / countOf(row);
    mean += share * moments.mean;
    square += share * (moments.std * moments.std + moments.mean * moments.mean);
  }
  return { mean, std: Math.sqrt(Math.max(0, square - mean * mean)) };
}

function expected(row: RuleRow): Pooled | undefined {
  return pool(row, ({ step }) => lawMoments(step.law));
}

function measured(row: RuleRow): Pooled | undefined {
  return pool(row, ({ report }) => report.statistics);
}

/** Green when every parameter's mean is where its law says, red otherwise. */
function mark(text: string, row: RuleRow, style: Style): string {
  const fits = row.filled.every(({ step, report }) => {
    const law = lawMoments(step.law);
    if (law === undefined || report.statistics === undefined) return true;
    const tolerance = SUSPICIOUS * (law.std / Math.sqrt(elementsOf(step))) + 1e-6 * Math.abs(law.mean);
    return Math.abs(report.statistics.mean - law.mean) <= tolerance;
  });
  return fits ? style.good(text) : style.bad(text);
}
