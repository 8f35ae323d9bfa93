import { formatOrigin } from '@incipit/registry';
import { drawnShape } from '../ir/draw-order.js';
import type { CopyChange, Law, MatrixPlace } from '../ir/law.js';
import type { Plan, PlanStep } from '../ir/plan.js';
import type { Write } from '../ir/provenance.js';
import { elementCount, formatShape } from '../ir/shape.js';

/** Significant digits of a number in a table: what float32 tells apart. */
const DIGITS = 7;

/**
 * A plan as a table for a human: each parameter with its law, what the law was computed from, and the rule and line of
 * the config that asked for it; then what stays untouched, and the warnings.
 *
 * @example console.log(explain(plan(model, rules)))
 */
export function explain(plan: Plan): string {
  const sections = [`plan ${plan.hash}, generator ${plan.generator}, seed ${plan.seed}`];
  if (plan.steps.length > 0) {
    sections.push(table(['parameter', 'shape', 'dtype', 'law', 'from', 'set by'], plan.steps.map(stepRow)));
  }
  if (plan.untouched.length > 0) {
    const rows = plan.untouched.map(({ path, shape, dtype, reason }) => [path, formatShape(shape), dtype, reason]);
    sections.push(table(['untouched', 'shape', 'dtype', 'why'], rows));
  }
  if (plan.warnings.length > 0) {
    sections.push(plan.warnings.map(({ code, message }) => `warning ${code}: ${message}`).join('\n'));
  }
  return sections.join('\n\n');
}

/** What one rule sets in all. */
export interface RuleSummary {
  /** `Kaiming rule 0, resnet.yaml:3`, or `fallback`. */
  readonly rule: string;
  readonly parameters: number;
  readonly elements: number;
  /** The distinct laws, as {@link formatLaw} writes them, in the order of the plan. */
  readonly laws: readonly string[];
  /** Paths, in the order of the plan. */
  readonly paths: readonly string[];
}

/** The plan by rule, in the order in which the rules first appear. */
export function summarizeRules(plan: Plan): readonly RuleSummary[] {
  const groups = new Map<string, PlanStep[]>();
  for (const step of plan.steps) {
    const rule = formatAuthor(step.provenance);
    const group = groups.get(rule);
    if (group === undefined) groups.set(rule, [step]);
    else group.push(step);
  }
  return [...groups].map(([rule, steps]) => ({
    rule,
    parameters: steps.length,
    elements: steps.reduce((sum, step) => sum + elementCount(step.shape), 0),
    laws: [...new Set(steps.map((step) => formatLaw(step.law)))],
    paths: steps.map((step) => step.path),
  }));
}

/** One line per rule: parameters, elements, laws. */
export function explainRules(plan: Plan): string {
  const rows = summarizeRules(plan).map(({ rule, parameters, elements, laws }) => {
    const [first = '', second] = laws;
    const law = second === undefined ? first : `${first} and ${laws.length - 1} more`;
    return [rule, String(parameters), String(elements), law];
  });
  return table(['rule', 'parameters', 'elements', 'law'], rows);
}

function stepRow(step: PlanStep): readonly string[] {
  const { path, shape, dtype, law, provenance } = step;
  const grounds = [...groundsOf(provenance), ...drawingOf(step)].join(', ');
  return [path, formatShape(shape), dtype, formatLaw(law), grounds, formatAuthor(provenance)];
}

/** `normal(mean 0, std 0.02946278)`: the law's final numbers. */
export function formatLaw(law: Law): string {
  switch (law.kind) {
    case 'constant':
      return `constant ${formatNumber(law.value)}`;
    case 'uniform':
      return `uniform [${formatNumber(law.low)}, ${formatNumber(law.high)})`;
    case 'normal':
      return `normal(mean ${formatNumber(law.mean)}, std ${formatNumber(law.std)})`;
    case 'truncated-normal':
      return `normal(mean ${formatNumber(law.mean)}, std ${formatNumber(law.std)}) within [${formatNumber(law.low)}, ${formatNumber(law.high)}]`;
    case 'orthogonal':
      return `orthogonal(${law.rows} × ${law.columns}, gain ${formatNumber(law.gain)}${formatPlace(law.place)})`;
    case 'identity':
      return `identity(${law.rows} × ${law.columns}, gain ${formatNumber(law.gain)})`;
    case 'segments':
      return law.segments.map((segment) => `${segment.length} × ${formatLaw(segment.law)}`).join(', then ');
    case 'copy':
      return [`copy of ${law.tensor} (${law.dtype}) in ${law.source}`, ...(law.changes ?? []).map(formatChange)].join(
        ', ',
      );
    case 'host':
      return `host function ${law.id}`;
    case 'kernel':
      return `kernel ${law.id}(${law.args.map(formatNumber).join(', ')})`;
    default:
      return law satisfies never;
  }
}

/** Whether zeros are around the matrix is what a reader would want to know. */
function formatPlace(place: MatrixPlace | undefined): string {
  if (place === undefined || place.rows.length + place.columns.length === place.shape.length) return '';
  return ', in the spatial centre';
}

function formatParts(slices: Extract<CopyChange, { kind: 'permute' }>['slices']): string {
  return slices === undefined ? '' : `, parts of axis ${slices.axis} to ${slices.parts.join(' ')}`;
}

function formatChange(change: CopyChange): string {
  switch (change.kind) {
    case 'permute':
      return `axes ${change.order.join(' ')} of ${formatShape(change.shape)}${formatParts(change.slices)}`;
    case 'sum-inputs':
      return `inputs summed by three along axis ${change.axis}`;
    case 'repeat-inputs':
      return `three inputs repeated to ${change.extent} along axis ${change.axis}`;
    case 'resize-grid':
      return `grid ${change.from.join('×')} resized to ${change.to.join('×')}, ${change.mode}`;
    default:
      return change satisfies never;
  }
}

/** `drawn as conv1.weight [64, 3, 7, 7]`, where that is not the parameter as it lies under its own path. */
function drawingOf({ path, shape, order, provenance }: PlanStep): readonly string[] {
  const { keyPath } = provenance;
  if (order === undefined) return keyPath === undefined ? [] : [`drawn as ${keyPath}`];
  return [`drawn as ${keyPath ?? path} ${formatShape(drawnShape(shape, order))}`];
}

function groundsOf(write: Write): readonly string[] {
  const grounds: string[] = [];
  if (write.fans !== undefined)
    grounds.push(`fans ${formatNumber(write.fans.fanIn)} → ${formatNumber(write.fans.fanOut)}`);
  if (write.gain !== undefined) grounds.push(`gain ${formatNumber(write.gain)}`);
  return grounds;
}

function formatAuthor(write: Write): string {
  const { initializer, rule, origin } = write;
  const parts: string[] = [initializer];
  if (rule !== null) {
    const override = rule.override === null ? '' : ` override ${rule.override}`;
    const node = rule.node === '' ? '' : ` of ${rule.node}`;
    parts[0] = `${initializer} rule ${rule.rule}${override}${node}`;
  }
  const place = formatOrigin(origin);
  if (place !== '') parts.push(place);
  return parts.join(', ');
}

function formatNumber(value: number): string {
  return String(Number(value.toPrecision(DIGITS)));
}

/** Columns side by side, each as wide as its longest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
