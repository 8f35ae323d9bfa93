/** Names by patterns of names: `*` stands for what a segment holds, `**` for any text, dots included. */
export class NameMap {
  readonly #rows: readonly { readonly pattern: string; readonly expression: RegExp; readonly target: string }[];
  readonly #used = new Set<string>();

  /** @param rows the first that fits counts. */
  constructor(rows: Readonly<Record<string, string>>) {
    this.#rows = Object.entries(rows).map(([pattern, target]) => ({
      pattern,
      expression: globExpression(pattern),
      target,
    }));
  }

  /** The name that a name is mapped to; itself when no pattern fits. */
  map(name: string): string {
    for (const { pattern, expression, target } of this.#rows) {
      const match = expression.exec(name);
      if (match === null) continue;
      this.#used.add(pattern);
      let star = 0;
      return target.replaceAll(/\*\*?/g, () => match[++star] ?? '');
    }
    return name;
  }

  /** Patterns that fitted no name so far. */
  unused(): readonly string[] {
    return this.#rows.map(({ pattern }) => pattern).filter((pattern) => !this.#used.has(pattern));
  }
}

/** Each star is a group. */
export function globExpression(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*?)/)
    .map((part) => {
      if (part === '**') return '(.*)';
      return part === '*' ? '([^.]*)' : part.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}
