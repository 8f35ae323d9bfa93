import type { Problem } from '@incipit/registry';
import { CodegenError } from '../errors.js';
import type { PackageFolder } from './packages.js';
import type { Node } from './ts-morph.js';

/** Collects what is wrong with the sources, so that one run tells it all. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #root: string;

  /** @param home folder that files are named from. */
  constructor(home: PackageFolder) {
    this.#root = home.folder;
  }

  add(node: Node, problem: Omit<Problem, 'origin' | 'subject'> & { readonly subject?: string }): void {
    const origin = { file: this.fileOf(node), line: node.getStartLineNumber() };
    this.#found.push({ subject: '', ...problem, origin });
  }

  /** A file by its path from the package's root. */
  fileOf(node: Node): string {
    return relativePath(this.#root, node.getSourceFile().getFilePath());
  }

  /** `src/registries.ts:12`. */
  placeOf(node: Node): string {
    return `${this.fileOf(node)}:${node.getStartLineNumber()}`;
  }

  /** @throws CodegenError with all that was found; its code is that of the first. */
  throwIfAny(): void {
    const [first, ...others] = this.#sorted();
    if (first === undefined) return;
    const { subject: _subject, ...details } = first;
    if (others.length === 0) throw new CodegenError({ ...details, problems: [first] });
    throw new CodegenError({
      code: first.code,
      what: `the sources have ${others.length + 1} mistakes`,
      problems: [first, ...others],
    });
  }

  #sorted(): readonly Problem[] {
    const key = ({ origin }: Problem): string => `${origin?.file}:${String(origin?.line ?? 0).padStart(9, '0')}`;
    return [...this.#found].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }
}

/** The path of a file from a folder, both as ts-morph gives them: absolute, with `/`. */
export function relativePath(folder: string, file: string): string {
  if (file.startsWith(`${folder}/`)) return file.slice(folder.length + 1);
  const from = folder.split('/');
  const to = file.split('/');
  let shared = 0;
  while (from[shared] !== undefined && from[shared] === to[shared]) shared += 1;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}
