import { CheckpointError } from '../errors.js';
import { MatchBudget, type PatternCost, patternCost } from './pattern-cost.js';

/** Names by patterns of names: `*` stands for what a segment holds, `**` for any text, dots included. */
export class NameMap {
  readonly #rows: readonly { readonly pattern: string; readonly glob: Glob; readonly target: string }[];
  readonly #used = new Set<string>();

  /** @param rows the first that fits counts. */
  constructor(rows: Readonly<Record<string, string>>) {
    const budget = new MatchBudget();
    this.#rows = Object.entries(rows).map(([pattern, target]) => ({
      pattern,
      glob: new Glob(pattern, budget),
      target,
    }));
  }

  /** The name that a name is mapped to; itself when no pattern fits. @throws CheckpointError `slow-pattern`. */
  map(name: string): string {
    for (const { pattern, glob, target } of this.#rows) {
      const match = glob.match(name);
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

/** One pattern of names. */
export class Glob {
  readonly #pattern: string;
  readonly #expression: RegExp;
  readonly #cost: PatternCost | undefined;
  readonly #budget: MatchBudget;

  /** @param budget of all patterns that the same names are tried with. */
  constructor(pattern: string, budget: MatchBudget) {
    this.#pattern = pattern;
    this.#expression = globExpression(pattern);
    this.#cost = patternCost(this.#expression.source);
    this.#budget = budget;
  }

  /** The name and what each star stands for; null when it does not fit. @throws CheckpointError `slow-pattern`. */
  match(name: string): readonly string[] | null {
    if (this.#cost === undefined || !this.#budget.spend(this.#cost, name.length)) {
      throw new CheckpointError({
        code: 'slow-pattern',
        what: `the pattern '${this.#pattern}' has too many stars for the names of this checkpoint`,
        fix: 'write out more of it',
      });
    }
    return this.#expression.exec(name);
  }
}

/** Each star is a group. */
function globExpression(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*?)/)
    .map((part) => {
      if (part === '**') return '(.*)';
      return part === '*' ? '([^.]*)' : part.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}
