import type { Law, Shape } from '@incipit/core';

/** `25.6 M`, `53.1 k`, `640` */
export function formatCount(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} G`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  if (count >= 1e4) return `${(count / 1e3).toFixed(1)} k`;
  return String(count);
}

export function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}

/** Four significant digits, no trailing zeros. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}

/** `[3, 3, 64, 64]`; `scalar` for no axes. */
export function formatShape(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : `[${shape.join(', ')}]`;
}

/** One or more laws of one kind, `normal(0, 0.0055…0.125)`. */
export function formatLaws(laws: readonly Law[]): string {
  const first = laws[0];
  if (first === undefined) return '';
  const span = (pick: (law: Law) => number | undefined): string => {
    const all = laws.map(pick).filter((value) => value !== undefined);
    const low = formatNumber(Math.min(...all));
    const high = formatNumber(Math.max(...all));
    return low === high ? low : `${low}…${high}`;
  };
  const number =
    (name: string) =>
    (law: Law): number | undefined =>
      (law as unknown as Readonly<Record<string, number>>)[name];
  switch (first.kind) {
    case 'constant':
      return `constant ${span(number('value'))}`;
    case 'uniform':
      return `uniform [${span(number('low'))}, ${span(number('high'))})`;
    case 'normal':
      return `normal mean ${span(number('mean'))} std ${span(number('std'))}`;
    case 'truncated-normal':
      return `truncated normal std ${span(number('std'))} in [${span(number('low'))}, ${span(number('high'))}]`;
    case 'orthogonal':
    case 'identity':
      return `${first.kind} gain ${span(number('gain'))}`;
    case 'segments':
    case 'copy':
    case 'host':
    case 'kernel':
      return first.kind;
    default:
      return first satisfies never;
  }
}

/** Columns padded to their widest cell; those named in `right` (by index) are right-aligned. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const [head, ...body] = rows;
  if (head === undefined) return '';
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}
