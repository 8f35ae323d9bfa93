import type { Law, PlanStep, Report, StepReport } from '@incipit/core';
import { formatOrigin } from '@incipit/registry';
import { formatCount, formatLaws, formatNumber, formatSeconds, formatTable } from './format.js';

/** Parameters that one rule set by one kind of law. */
interface Group {
  readonly source: string;
  readonly laws: Law[];
  parameters: number;
  elements: number;
  seconds: number;
  sum: number;
  squares: number;
  measured: number;
}

/** What was done, a line for each rule and kind of law, in the order of the model. */
export function formatSummary(report: Report): string {
  const groups = new Map<string, Group>();
  report.plan.steps.forEach((step, index) => {
    const key = `${sourceOf(step)} ${step.law.kind === 'constant' ? step.law.value : step.law.kind}`;
    const group = groups.get(key) ?? { ...EMPTY, source: sourceOf(step), laws: [] };
    groups.set(key, group);
    add(group, step, report.steps[index]);
  });
  const rows = [...groups.values()].map((group) => {
    const mean = group.sum / group.measured;
    const std = Math.sqrt(Math.max(0, group.squares / group.measured - mean * mean));
    return [
      group.source,
      String(group.parameters),
      formatCount(group.elements),
      formatLaws(group.laws),
      group.measured === 0 ? '' : formatNumber(mean),
      group.measured === 0 ? '' : formatNumber(std),
      formatSeconds(group.seconds),
    ];
  });
  return formatTable([['rule', 'parameters', 'elements', 'law', 'mean', 'std', 'time'], ...rows], [1, 2, 4, 5, 6]);
}

const EMPTY = { parameters: 0, elements: 0, seconds: 0, sum: 0, squares: 0, measured: 0 };

function sourceOf(step: PlanStep): string {
  const { initializer, rule } = step.provenance;
  const origin = formatOrigin(step.provenance.origin);
  if (rule === null && initializer === 'fallback') return "the layer's own";
  return origin === '' ? initializer : `${initializer}  ${origin}`;
}

function add(group: Group, step: PlanStep, report: StepReport | undefined): void {
  group.laws.push(step.law);
  group.parameters += 1;
  if (report === undefined) return;
  group.elements += report.elements;
  group.seconds += report.seconds;
  const measured = report.statistics;
  if (measured === undefined) return;
  group.measured += report.elements;
  group.sum += measured.mean * report.elements;
  group.squares += (measured.std * measured.std + measured.mean * measured.mean) * report.elements;
}
