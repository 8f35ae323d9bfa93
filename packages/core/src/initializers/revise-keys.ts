import { CheckpointError } from '../errors.js';
import { MatchBudget, type PatternCost, patternCost } from '../ir/pattern-cost.js';

/** A pattern of names, and what takes its place: both as Python's `re.sub` has them. */
export type KeyRevision = readonly [pattern: string, replacement: string];

/**
 * A function that revises a name by each pattern in turn, as mmengine's `load_checkpoint` does.
 *
 * @throws CheckpointError `bad-pattern` for a pattern or a replacement that is none; `slow-pattern` for a pattern that may take
 * forever, or that takes too long for the names that it is given: they come from files that anyone may have made.
 */
export function keyReviser(revisions: readonly KeyRevision[]): (key: string) => string {
  const budget = new MatchBudget();
  const steps = revisions.map(([pattern, replacement]) => {
    const expression = compile(pattern);
    const cost = costOf(pattern, expression);
    const expand = expander(pattern, replacement);
    return (key: string) => {
      if (!budget.spend(cost, key.length)) {
        throw slowPattern(
          pattern,
          'takes too long for the names of this checkpoint',
          'begin it with ^, or repeat less',
        );
      }
      return key.replace(expression, (...match: unknown[]) => expand(match));
    };
  });
  return (key) => steps.reduce((revised, step) => step(revised), key);
}

function costOf(pattern: string, { source }: RegExp): PatternCost {
  const cost = patternCost(source);
  if (cost !== undefined) return cost;
  const why = 'repeats a group that itself repeats or has alternatives, which can take forever';
  throw slowPattern(pattern, why, 'repeat a class of characters instead, for instance [\\w.]* for (\\w+\\.)*');
}

function slowPattern(pattern: string, why: string, fix: string): CheckpointError {
  return new CheckpointError({ code: 'slow-pattern', what: `the pattern '${pattern}' of revise_keys ${why}`, fix });
}

function compile(pattern: string): RegExp {
  // What Python writes otherwise: named groups, their references, and the ends of the text.
  const source = pattern
    .replaceAll('(?P<', '(?<')
    .replaceAll(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replaceAll(/(?<!\\)((?:\\\\)*)\\A/g, '$1^')
    .replaceAll(/(?<!\\)((?:\\\\)*)\\Z/g, '$1$$');
  try {
    return new RegExp(anchored(source), 'gs');
  } catch (cause) {
    throw badPattern(`the pattern '${pattern}' of revise_keys is not a regular expression`, cause);
  }
}

/** What begins with any text matches from the start if at all, and once: said so, other starts cost nothing. */
function anchored(source: string): string {
  return /^(?:\((?:\?<\w+>)?)?\.\*(?![?+])/.test(source) && !source.includes('|') ? `^${source}` : source;
}

/** `\1`, `\g<1>` and `\g<name>` stand for what a group matched; a `$` is a dollar. */
function expander(pattern: string, replacement: string): (match: readonly unknown[]) => string {
  const parts = replacement.split(/\\(\d{1,2}|g<\w+>|\\)/);
  return (match) => {
    const named = match.at(-1);
    const groups = typeof named === 'object' && named !== null ? (named as Readonly<Record<string, unknown>>) : {};
    // After the groups come the place, the text, and the named groups where there are any.
    const count = match.length - (typeof named === 'object' ? 4 : 3);
    return parts
      .map((part, index) => {
        if (index % 2 === 0 || part === '\\') return part;
        const name = part.startsWith('g<') ? part.slice(2, -1) : part;
        const known = /^\d+$/.test(name) ? Number(name) <= count : name in groups;
        if (!known) throw badPattern(`the replacement '${replacement}' names a group that '${pattern}' has not`);
        return String((/^\d+$/.test(name) ? match[Number(name)] : groups[name]) ?? '');
      })
      .join('');
  };
}

function badPattern(what: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    code: 'bad-pattern',
    what,
    expected: "a pair such as ['^module\\\\.', ''], as Python's re.sub takes it",
    cause,
  });
}
