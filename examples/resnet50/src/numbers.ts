import type { Law } from '@incipit/core';

/** `25,636,712` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `23.5 M`, `26.6 k`, `1000` */
export function formatShortCount(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return count >= 1e4 ? `${(count / 1e3).toFixed(1)} k` : String(count);
}

/** Significant digits without trailing zeros. */
export function formatNumber(value: number, digits = 4): string {
  const rounded = Number(value.toPrecision(digits));
  if (rounded === 0) return '0';
  return Math.abs(rounded) >= 1e-3 ? String(rounded) : rounded.toExponential(1);
}

export function formatTime(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;
}

/** One number, or the two ends of a range. */
function span(values: readonly number[]): string {
  const [low, high] = [formatNumber(Math.min(...values), 3), formatNumber(Math.max(...values), 3)];
  return low === high ? low : `${low}…${high}`;
}

/** Laws of one kind in one line: `normal σ 0.01`, `normal σ 0.014…0.177`. */
export function formatLaws(laws: readonly Law[]): string {
  const [first] = laws;
  if (first === undefined) return '';
  const numbers = (name: string): number[] =>
    laws
      .map((law) => (law as unknown as Readonly<Record<string, unknown>>)[name])
      .filter((value) => typeof value === 'number');
  const mean = (): string => (numbers('mean').every((value) => value === 0) ? '' : ` μ ${span(numbers('mean'))}`);
  switch (first.kind) {
    case 'constant':
      return `constant ${span(numbers('value'))}`;
    case 'uniform':
      return `uniform [${span(numbers('low'))}, ${span(numbers('high'))})`;
    case 'normal':
      return `normal${mean()} σ ${span(numbers('std'))}`;
    case 'truncated-normal':
      return `normal${mean()} σ ${span(numbers('std'))} cut at ${span(numbers('low'))}, ${span(numbers('high'))}`;
    default:
      return first.kind;
  }
}
