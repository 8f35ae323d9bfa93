import { ConfigError, type ConfigOrigin } from '../errors.js';
import { isMapping, showValue } from '../schema/mapping.js';
import type { LineNode } from './loaded-config.js';
import { originIn } from './loaded-config.js';
import { partAt, partsOf } from './merge.js';
import type { BaseReference, LocatedValue } from './source-reader.js';
import { type ConfigMapping, type ConfigValue, isTuple, tuple } from './value.js';

/** The key that names the bases of a config. */
export const BASE_KEY = '_base_';
const SCOPE_KEY = '_scope_';

/**
 * The files that `_base_` names: one, or a list of them.
 *
 * @throws ConfigError `bad-base`.
 */
export function baseReferences(
  located: LocatedValue<ConfigMapping>,
  file: string | undefined,
): readonly BaseReference[] {
  if (!Object.hasOwn(located.value, BASE_KEY)) return [];
  const whole = partAt(located, BASE_KEY);
  const parts = Array.isArray(whole.value) ? whole.value.map((_, index) => partAt(whole, index)) : [whole];
  return parts.map(({ value, lines }) => {
    if (typeof value === 'string') return { path: value, line: lines.line };
    const origin = { ...originIn(lines, [], file), key: BASE_KEY };
    const what = `'${BASE_KEY}' names ${showValue(value)}`;
    throw new ConfigError({ code: 'bad-base', what, expected: 'the path of a config, or a list of paths', origin });
  });
}

/** A base that was read, and the file that it came from. */
export interface ReadBase {
  readonly located: LocatedValue<ConfigMapping>;
  /** As errors name it. */
  readonly name: string;
  /** The same for two names of one file. */
  readonly id: string;
}

/**
 * Joins the bases of one file. None may have a key of another, unless both took it unchanged from one file further
 * down.
 *
 * @throws ConfigError `duplicate-base-key`.
 */
export function joinBases(bases: readonly ReadBase[], origin: ConfigOrigin): LocatedValue<ConfigMapping> {
  const [only] = bases;
  if (only !== undefined && bases.length === 1) return only.located;
  const value: Record<string, ConfigValue> = {};
  const children = new Map<string, LineNode>();
  const owners = new Map<string, ReadBase>();
  const duplicates: string[] = [];
  for (const base of bases) {
    for (const [key, part] of Object.entries(base.located.value)) {
      const owner = owners.get(key);
      const lines = partAt(base.located, key).lines;
      const shared = owner !== undefined && owner.id !== base.id && isShared(owner, base, key);
      if (owner !== undefined && !shared) duplicates.push(`'${key}' in ${place(owner, key)} and ${place(base, key)}`);
      owners.set(key, base);
      value[key] = part;
      children.set(key, lines);
    }
  }
  if (duplicates.length === 0) return { value, lines: { line: 0, children } };
  const what = `Duplicate key among the bases: ${duplicates.slice(0, 8).join('; ')}`;
  const fix = `keep each key in one base, or let one base name the other as its '${BASE_KEY}'`;
  throw new ConfigError({ code: 'duplicate-base-key', what, fix, origin });
}

/** Whether two bases hand on the same part of the same file: files are read once, so that its lines are one object. */
function isShared(one: ReadBase, other: ReadBase, key: string): boolean {
  const [a, b] = [partAt(one.located, key), partAt(other.located, key)];
  return a.value === b.value && a.lines === b.lines;
}

function place({ located, name }: ReadBase, key: string): string {
  const { line, file = name } = partAt(located, key).lines;
  return line === 0 ? file : `${file}:${line}`;
}

/** Gives the outermost mappings that have a `type` the scope of the package that they come from. */
export function withScope(located: LocatedValue, scope: string): LocatedValue {
  const { value, lines } = located;
  if (Array.isArray(value)) {
    const parts = value.map((_, index) => withScope(partAt(located, index), scope));
    const items = parts.map((part) => part.value);
    const children = parts.map((part) => part.lines);
    return { value: isTuple(value) ? tuple(items) : items, lines: { ...lines, children } };
  }
  if (!isMapping(value)) return located;
  if (Object.hasOwn(value, 'type')) {
    const own = value[SCOPE_KEY];
    return own === undefined || own === null ? { value: { ...value, [SCOPE_KEY]: scope }, lines } : located;
  }
  const parts = Object.keys(value).map((key): [string, LocatedValue] => [key, withScope(partAt(located, key), scope)]);
  return {
    value: Object.fromEntries(parts.map(([key, part]) => [key, part.value])),
    lines: {
      ...lines,
      children: new Map([...partsOf(lines), ...parts.map(([key, part]) => [key, part.lines] as const)]),
    },
  };
}
