import type { Style } from './style.js';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'right';
  cell(row: Row): string;
  /** Applied after padding, so that escape codes do not count as width. */
  paint?(text: string, row: Row): string;
}

/** Rows under a head and a rule, each column as wide as its widest cell. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], style: Style): string {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map((column, at) =>
    Math.max(column.title.length, ...cells.map((line) => (line[at] ?? '').length)),
  );
  const pad = (text: string, at: number): string =>
    columns[at]?.align === 'right' ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0);
  const head = columns
    .map((column, at) => pad(column.title, at))
    .join('  ')
    .trimEnd();
  const body = rows.map((row, index) =>
    columns
      .map((column, at) => {
        const text = pad(cells[index]?.[at] ?? '', at);
        return column.paint === undefined ? text : column.paint(text, row);
      })
      .join('  ')
      .trimEnd(),
  );
  return [style.bold(head), style.dim(widths.map((width) => '─'.repeat(width)).join('──')), ...body]
    .map((line) => `  ${line}`)
    .join('\n');
}
