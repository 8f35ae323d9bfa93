/**
 * What an expression costs at worst on an engine that tries one way after the other: about length^degree / degree! × factor
 * steps for a text.
 */
export interface PatternCost {
  readonly degree: number;
  readonly factor: number;
}

interface Group {
  /** Whether it can match in more than one way. */
  varies: boolean;
}

/** `*`, `+`, `{2,}`, `{3}`, `?`: at the start of the text. */
const QUANTIFIER = /^(?:[*+?]|\{(\d+)(,)?(\d*)\})[?+]?/;

/**
 * The cost of a regular expression; undefined where it is exponential, or might be: a repeated group that itself can match
 * in many ways.
 */
export function patternCost(source: string): PatternCost | undefined {
  let degree = source.startsWith('^') ? 0 : 1;
  let factor = 1;
  const open: Group[] = [{ varies: false }];
  for (let at = 0; at < source.length; ) {
    const { length, closed } = atomAt(source, at, open);
    const current = open.at(-1);
    // What a group refers to may be as long as the text.
    if (/^\\[1-9k]/.test(source.slice(at, at + 2))) degree += 1;
    at += length;
    const quantifier = QUANTIFIER.exec(source.slice(at, at + 40));
    if (quantifier !== null && length > 0) {
      at += quantifier[0].length;
      const kind = kindOf(quantifier);
      if (kind !== 'fixed' && current !== undefined) current.varies = true;
      if (kind === 'optional') factor *= 2;
      else if (closed?.varies === true) return undefined;
      else if (kind === 'many') degree += 1;
    } else if (closed?.varies === true && current !== undefined) current.varies = true;
  }
  return { degree, factor };
}

function kindOf([text, least, comma, most]: RegExpExecArray): 'many' | 'optional' | 'fixed' {
  if (text.startsWith('?')) return 'optional';
  if (!text.startsWith('{')) return 'many';
  return comma === undefined || least === most ? 'fixed' : 'many';
}

/** What stands at a place: a character, a class, or the end of a group; the start of one is opened. */
function atomAt(source: string, at: number, open: Group[]): { readonly length: number; readonly closed?: Group } {
  const rest = source.slice(at, at + 3);
  if (rest.startsWith('\\')) return { length: 2 };
  if (rest.startsWith('[')) return { length: classLength(source, at) };
  if (rest.startsWith('(')) {
    open.push({ varies: false });
    // The mark of a group is no quantifier.
    return { length: rest.startsWith('(?') ? (/^\(\?<[=!]/.test(source.slice(at, at + 4)) ? 4 : 3) : 1 };
  }
  const top = open.at(-1);
  if (rest.startsWith('|') && top !== undefined) top.varies = true;
  if (!rest.startsWith(')') || open.length < 2) return { length: 1 };
  open.pop();
  return { length: 1, ...(top === undefined ? {} : { closed: top }) };
}

function classLength(source: string, at: number): number {
  for (let k = at + 1; k < source.length; k += source[k] === '\\' ? 2 : 1) {
    if (source[k] === ']') return k + 1 - at;
  }
  return source.length - at;
}

/** Some seconds, at worst; honest names take a thousandth. */
const MAX_STEPS = 2e9;

/** Steps that matching many names may take. */
export class MatchBudget {
  #left = MAX_STEPS;

  /** @returns whether they are left. */
  spend({ degree, factor }: PatternCost, length: number): boolean {
    let steps = factor;
    for (let k = 1; k <= degree; k += 1) steps *= Math.max(1, length / k);
    this.#left -= steps;
    return this.#left >= 0;
  }
}
