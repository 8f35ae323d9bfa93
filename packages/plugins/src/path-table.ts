import { AdapterError, splitPath } from '@incipit/core';

/** What paths are told by patterns: the first that fits counts. */
export class PathTable<Value> {
  readonly #option: string;
  readonly #rows: readonly { readonly pattern: string; readonly segments: readonly string[]; readonly value: Value }[];
  readonly #used = new Set<string>();

  /** @param option name of the option that the table came from, for messages. */
  constructor(option: string, table: Readonly<Record<string, Value>> = {}) {
    this.#option = option;
    this.#rows = Object.entries(table).map(([pattern, value]) => ({ pattern, segments: splitPath(pattern), value }));
  }

  /** The value for a path; undefined when no pattern fits. */
  find(path: string): Value | undefined {
    const segments = splitPath(path);
    const fitting = this.#rows.filter((row) => fits(row.segments, segments));
    for (const { pattern } of fitting) this.#used.add(pattern);
    return fitting[0]?.value;
  }

  /** @throws AdapterError `unmatched-pattern` when a pattern has fitted no path so far: it is misspelt. */
  assertUsed(paths: readonly string[]): void {
    const unused = this.#rows.find(({ pattern }) => !this.#used.has(pattern));
    if (unused === undefined) return;
    throw new AdapterError({
      code: 'unmatched-pattern',
      what: `The pattern '${unused.pattern}' of \`${this.#option}\` fits nothing in the tree`,
      expected: `a path such as ${paths.slice(0, 3).join(', ')}, in which * stands for a part of a name and ** for names`,
      fix: 'correct the pattern, or take it out',
    });
  }
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return segments.length === 0;
  if (first === '**') return segments.some((_, at) => fits(rest, segments.slice(at))) || fits(rest, []);
  const [name, ...below] = segments;
  return name !== undefined && fitsName(first, name) && fits(rest, below);
}

function fitsName(pattern: string, name: string): boolean {
  const source = pattern
    .split('*')
    .map((text) => text.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 's').test(name);
}
