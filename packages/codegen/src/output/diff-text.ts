import { createTwoFilesPatch } from 'diff';
import type { FileDifferences, FileSet } from './generated-files.js';

/** Lines around a change. */
const CONTEXT = 2;

/** What differs, as a unified diff: from what is there to what should be. */
export function diffText(files: FileSet, { missing, changed, leftOver }: FileDifferences): string {
  const patches = [
    ...missing.map((path) => patch(path, '', files.get(path) ?? '')),
    ...[...changed].map(([path, old]) => patch(path, old, files.get(path) ?? '')),
  ];
  return [...patches, ...leftOver.map((path) => `left over: ${path}\n`)].join('');
}

function patch(path: string, old: string, wanted: string): string {
  const text = createTwoFilesPatch(path, path, old, wanted, 'on disk', 'generated', { context: CONTEXT });
  return text.replace(/^=+\n/, '');
}
