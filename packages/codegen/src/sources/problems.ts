import { relative, sep } from 'node:path';
import type { ConfigOrigin, Problem } from '@incipit/registry';
import { CodegenError } from '../errors.js';
import type { ts } from './typescript.js';

/** All that is wrong with the sources of one reading. */
export class Problems {
  readonly #folder: string;
  readonly #found = new Map<string, Problem>();

  /** @param folder origins name files from here. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  add(problem: Problem): void {
    this.#found.set(JSON.stringify(problem), problem);
  }

  /** Where a node was written. */
  origin(node: ts.Node, key?: string): ConfigOrigin {
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    return { file: this.pathOf(file.fileName), line: line + 1, ...(key === undefined ? {} : { key }) };
  }

  /** `src/my-init.ts:3`. */
  placeOf(node: ts.Node): string {
    const { file, line } = this.origin(node);
    return `${file}:${line}`;
  }

  pathOf(file: string): string {
    return relative(this.#folder, file).split(sep).join('/');
  }

  /** @throws CodegenError where anything is wrong: what it is, by file and line. */
  check(): void {
    const problems = [...this.#found.values()].sort(byPlace);
    const [first] = problems;
    if (first === undefined) return;
    if (problems.length === 1) throw new CodegenError({ ...first, problems });
    throw new CodegenError({ code: 'bad-sources', what: `${problems.length} problems in the sources`, problems });
  }
}

function byPlace(a: Problem, b: Problem): number {
  const [one, other] = [a.origin?.file ?? '', b.origin?.file ?? ''];
  if (one !== other) return one < other ? -1 : 1;
  const lines = (a.origin?.line ?? 0) - (b.origin?.line ?? 0);
  if (lines !== 0) return lines;
  return a.what < b.what ? -1 : 1;
}
