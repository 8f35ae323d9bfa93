// Reads the tables of ARCHITECTURE.md: what stands there is what the border check enforces.

/**
 * @typedef {object} Tables
 * @property {Map<string, Set<string>>} packages folder in packages/ → folders that it may import
 * @property {Map<string, Set<string> | 'all'>} rooms room of core → rooms that it may import
 * @property {Map<string, string>} libraries third-party library → the one file that imports it
 */

const names = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);

/** Rows under the table head that has exactly these titles, each as title → cell. */
function readTable(text, titles) {
  const lines = text.split('\n').map((line) => line.trim());
  const cells = (line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
  const head = lines.findIndex((line) => line.startsWith('|') && cells(line).join('|') === titles.join('|'));
  if (head < 0) throw new Error(`ARCHITECTURE.md has no table with the columns ${titles.join(', ')}`);
  const rows = [];
  for (let at = head + 2; lines[at]?.startsWith('|'); at++) {
    rows.push(Object.fromEntries(cells(lines[at]).map((cell, index) => [titles[index], cell])));
  }
  return rows;
}

function firstName(cell, column) {
  const [name] = names(cell);
  if (!name) throw new Error(`ARCHITECTURE.md: a row's "${column}" names nothing in backticks: "${cell}"`);
  return name;
}

/**
 * @param {string} text of ARCHITECTURE.md
 * @returns {Tables}
 */
export function readTables(text) {
  /** @type {Tables} */
  const tables = { packages: new Map(), rooms: new Map(), libraries: new Map() };
  for (const row of readTable(text, ['package', 'may import'])) {
    tables.packages.set(firstName(row.package, 'package'), new Set(names(row['may import'])));
  }
  for (const row of readTable(text, ['room', 'what it is', 'may import'])) {
    const allowed = row['may import'];
    tables.rooms.set(firstName(row.room, 'room'), allowed === 'all' ? 'all' : new Set(names(allowed)));
  }
  for (const row of readTable(text, ['library', 'imported by', 'why'])) {
    tables.libraries.set(firstName(row.library, 'library'), firstName(row['imported by'], 'imported by'));
  }
  return tables;
}
