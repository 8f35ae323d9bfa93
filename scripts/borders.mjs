// Checks who imports whom against the tables in ARCHITECTURE.md. Needs the sources that builds generate, nothing compiled.
// Usage: node scripts/borders.mjs [ROOT]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { checkCycles, checkLengths, checkTargets } from './borders/file-rules.mjs';
import { checkArrows, checkBrowserEntries, checkLibraries, checkManifests } from './borders/package-rules.mjs';
import { checkRooms } from './borders/room-rules.mjs';
import { readSourceSet } from './borders/source-set.mjs';
import { readTables } from './borders/tables.mjs';
import { ROOT } from './setup.mjs';

const RULES = [
  checkRooms,
  checkArrows,
  checkManifests,
  checkLibraries,
  checkBrowserEntries,
  checkTargets,
  checkCycles,
  checkLengths,
];

/**
 * @param {string} root
 * @returns {{ files: number, imports: number, problems: string[] }}
 */
export function checkBorders(root) {
  const tables = readTables(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
  const sources = readSourceSet(root);
  return {
    files: sources.files.length,
    imports: sources.files.reduce((sum, { imports }) => sum + imports.length, 0),
    problems: RULES.flatMap((rule) => rule(sources, tables)),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, imports, problems } = checkBorders(process.argv[2] ?? ROOT);
  for (const problem of problems) console.error(problem);
  console.log(`borders: ${files} files, ${imports} imports, ${problems.length} problems`);
  process.exitCode = problems.length ? 1 : 0;
}
