/** A Markdown table; numbers stand on the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Three digits that mean something: 0.0123, 1.23, 12.3, 1,230. */
export function short(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** 2^24 for powers of two, 1,000,000 for others. */
export function sizeText(size: number): string {
  const power = Math.log2(size);
  return Number.isInteger(power) && power >= 10 ? `2^${power}` : size.toLocaleString('en-US');
}
