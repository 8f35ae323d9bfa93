import { PlanError } from '../errors.js';
import { NameMap } from '../ir/name-map.js';
import type { RuleRun } from './apply-rule.js';

/**
 * Under which paths parameters are drawn: by pattern, the first that fits counts, or by a function. Those for which
 * nothing fits, or the function gives nothing, keep their own.
 *
 * In a pattern `*` stands for what a segment holds and `**` for any text, dots included; those of its value take what they
 * stood for, in order.
 *
 * @example { '*_conv.kernel': '*.weight', 'predictions.kernel': 'fc.weight' }
 */
export type PathMapping = Readonly<Record<string, string>> | ((path: string) => string | undefined);

/**
 * The path that each parameter's key is derived from.
 *
 * @throws PlanError `bad-option`, `bad-path`, `unmatched-pattern`, and `path-clash` for two parameters of one path.
 */
export function streamPaths(run: RuleRun, mapping: PathMapping | undefined): ReadonlyMap<string, string> {
  const streams = new Map<string, string>();
  if (mapping === undefined) return streams;
  const rename = typeof mapping === 'function' ? renameBy(mapping) : renameByTable(mapping);
  const owners = new Map<string, string>();
  for (const path of run.parameters.keys()) {
    const stream: unknown = rename.map(path);
    if (typeof stream !== 'string' || stream === '') throw badPath(path, stream);
    const owner = owners.get(stream);
    if (owner !== undefined) throw clash(stream, [owner, path]);
    owners.set(stream, path);
    streams.set(path, stream);
  }
  for (const pattern of rename.unused()) reportUnused(run, pattern);
  return streams;
}

/** How paths become others. */
interface Rename {
  map(path: string): string;
  /** Patterns that have fitted nothing so far. */
  unused(): readonly string[];
}

function renameBy(mapping: (path: string) => string | undefined): Rename {
  return { map: (path) => mapping(path) ?? path, unused: () => [] };
}

function renameByTable(table: Readonly<Record<string, string>>): Rename {
  if (typeof table !== 'object' || table === null || Array.isArray(table)) {
    throw badOption(`the option 'paths' is ${String(JSON.stringify(table))}`);
  }
  for (const [pattern, target] of Object.entries(table)) {
    if (typeof target !== 'string' || target === '') {
      throw badOption(`the option 'paths' has ${String(JSON.stringify(target))} for '${pattern}'`);
    }
    if (countStars(target) > countStars(pattern)) {
      throw badOption(`the option 'paths' has '${target}' for '${pattern}', which has fewer stars`);
    }
  }
  return new NameMap(table);
}

function countStars(pattern: string): number {
  return pattern.match(/\*\*?/g)?.length ?? 0;
}

function reportUnused(run: RuleRun, pattern: string): void {
  if (run.unmatched === 'ignore') return;
  const some = [...run.parameters.keys()].slice(0, 3).join(', ');
  const error = new PlanError({
    code: 'unmatched-pattern',
    what: `the pattern '${pattern}' of the option 'paths' comes to no parameter`,
    expected: `a path such as ${some}, in which * stands for what a segment holds and ** for any text; the first that fits counts`,
    fix: "correct the pattern or its place, or take it out (unmatched: 'ignore' lets it pass)",
  });
  if (run.unmatched === 'error') throw error;
  run.context.warn(error.code, error.message);
}

function clash(stream: string, [first, second]: readonly [string, string]): PlanError {
  return new PlanError({
    code: 'path-clash',
    what: `the option 'paths' gives '${first}' and '${second}' one path, '${stream}': they would get the same random numbers`,
    expected: 'a path of its own for each parameter',
    fix: 'map one of them to another path',
    path: second,
  });
}

function badOption(what: string): PlanError {
  return new PlanError({
    code: 'bad-option',
    what,
    expected: "patterns and what they become, { '*_conv.kernel': '*.weight' }, or a function from a path to a path",
  });
}

function badPath(path: string, given: unknown): PlanError {
  return new PlanError({
    code: 'bad-path',
    what: `the option 'paths' gives ${String(JSON.stringify(given))} for '${path}'`,
    expected: 'a path, or undefined from a function to keep its own',
    path,
  });
}
