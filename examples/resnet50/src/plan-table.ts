import type { Law, Plan, PlanStep } from '@incipit/core';
import { formatCount, formatLaws } from './numbers.js';
import type { Style } from './style.js';
import { type Column, renderTable } from './table.js';

interface PlanRow {
  readonly stage: string;
  readonly parameter: string;
  readonly steps: PlanStep[];
}

/** The plan, one line for each stage and kind of parameter, or one line a parameter. */
export function renderPlan(plan: Plan, style: Style, all: boolean): string {
  return all ? renderSteps(plan, style) : renderStages(plan, style);
}

/** Who set it, and where that was written. */
export function ruleOf(step: PlanStep): string {
  const { initializer, origin } = step.provenance;
  const file = origin?.file?.split(/[\\/]/).at(-1);
  if (file === undefined) return initializer === 'fallback' ? "the layer's own" : initializer;
  return `${initializer} ${file}${origin?.line === undefined ? '' : `:${origin.line}`}`;
}

export function elementsOf(step: PlanStep): number {
  return step.shape.reduce((product, extent) => product * extent, 1);
}

function renderStages(plan: Plan, style: Style): string {
  const rows = new Map<string, PlanRow>();
  for (const step of plan.steps) {
    // Keras names ResNet's layers after their stage: conv3_block2_1_conv.
    const stage = step.path.split(/[_.]/)[0] ?? '';
    const parameter = step.path.split('.').at(-1) ?? '';
    const key = `${stage} ${parameter} ${ruleOf(step)} ${step.law.kind}`;
    const row = rows.get(key) ?? { stage, parameter, steps: [] };
    row.steps.push(step);
    rows.set(key, row);
  }
  const list = [...rows.values()];
  const repeated = (row: PlanRow): boolean => list[list.indexOf(row) - 1]?.stage === row.stage;
  const columns: readonly Column<PlanRow>[] = [
    { title: 'stage', cell: (row) => (repeated(row) ? '' : row.stage), paint: (text) => style.accent(text) },
    { title: 'parameter', cell: (row) => row.parameter },
    { title: 'count', align: 'right', cell: (row) => String(row.steps.length) },
    {
      title: 'elements',
      align: 'right',
      cell: (row) => formatCount(row.steps.reduce((sum, step) => sum + elementsOf(step), 0)),
    },
    { title: 'shape', cell: (row) => shapesOf(row.steps) },
    { title: 'law', cell: (row) => formatLaws(lawsOf(row.steps)) },
    {
      title: 'set by',
      cell: (row) => (row.steps[0] === undefined ? '' : ruleOf(row.steps[0])),
      paint: (text) => style.dim(text),
    },
  ];
  return renderTable(columns, list, style);
}

function lawsOf(steps: readonly PlanStep[]): readonly Law[] {
  return steps.map((step) => step.law);
}

/** The shape, or the largest of several. */
function shapesOf(steps: readonly PlanStep[]): string {
  const largest = [...steps].sort((a, b) => elementsOf(b) - elementsOf(a))[0];
  const distinct = new Set(steps.map((step) => step.shape.join()));
  const text = largest === undefined ? '' : `[${largest.shape.join(', ')}]`;
  return distinct.size === 1 ? text : `≤ ${text}`;
}

function renderSteps(plan: Plan, style: Style): string {
  const columns: readonly Column<PlanStep>[] = [
    { title: 'parameter', cell: (step) => step.path, paint: (text) => style.accent(text) },
    { title: 'shape', cell: (step) => `[${step.shape.join(', ')}]` },
    { title: 'law', cell: (step) => formatLaws([step.law]) },
    { title: 'fan in', align: 'right', cell: (step) => fan(step.provenance.fans?.fanIn) },
    { title: 'fan out', align: 'right', cell: (step) => fan(step.provenance.fans?.fanOut) },
    { title: 'set by', cell: ruleOf, paint: (text) => style.dim(text) },
  ];
  return renderTable(columns, plan.steps, style);
}

function fan(value: number | undefined): string {
  return value === undefined ? '' : formatCount(value);
}
