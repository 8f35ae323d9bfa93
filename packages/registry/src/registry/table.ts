import { displayName, type RegistryEntry, type RegistryView } from './registry-entry.js';

const HEAD = ['Name', 'Kind', 'Object', 'Options'];

/** A registry's own entries, by name, as a table with a line of totals above. */
export function renderTable(registry: RegistryView<unknown>): string {
  const rows = registry
    .entries()
    .map(cellsOf)
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const widths = HEAD.map((head, column) =>
    Math.max(...[HEAD, ...rows].map((row) => (row[column] ?? '').length), head.length),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const count = `${rows.length} ${rows.length === 1 ? 'name' : 'names'}`;
  const title = `Registry '${registry.name}' (scope '${registry.scope}'): ${count}`;
  if (rows.length === 0) return title;
  return [title, line(HEAD), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

function cellsOf({ name, kind, value, schema }: RegistryEntry<unknown>): readonly string[] {
  const { options } = schema;
  return [name, kind, displayName(value), options === undefined ? '(unchecked)' : Object.keys(options).join(', ')];
}
