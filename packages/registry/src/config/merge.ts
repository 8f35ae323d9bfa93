import { ConfigError, type ConfigOrigin } from '../errors.js';
import { isMapping, shorten, showValue } from '../schema/mapping.js';
import { type ConfigPath, formatKey } from '../schema/origin.js';
import { checkKey } from './config-data.js';
import { type LineNode, linesOf } from './loaded-config.js';
import { FORBIDDEN_KEY } from './parse-error.js';
import type { LocatedValue } from './source-reader.js';
import { type ConfigMapping, type ConfigValue, isTuple, tuple } from './value.js';

/** The key that says: take nothing of the base. */
export const DELETE_KEY = '_delete_';

export interface MergeOptions {
  /** Whether the keys `0`, `1`, … of a mapping replace items of a list (not of a tuple). */
  readonly allowListKeys?: boolean;
}

/**
 * Merges a config into its base, by mmengine's rules: mappings are merged key by key, all else is replaced. A mapping
 * with `_delete_: true` replaces what the base has; the key itself never reaches the result. Neither argument changes.
 *
 * @throws ConfigError `bad-merge` when a mapping meets something else, `bad-index`.
 */
export function mergeConfigs(
  child: LocatedValue<ConfigMapping>,
  base: LocatedValue<ConfigMapping>,
  options: MergeOptions = {},
): LocatedValue<ConfigMapping> {
  if (deletes(child.value)) return stripDelete(child) as LocatedValue<ConfigMapping>;
  return mergeMapping(child, base, new Merge([], options)) as LocatedValue<ConfigMapping>;
}

/** Where a merge stands. */
class Merge {
  readonly path: ConfigPath;
  readonly options: MergeOptions;

  constructor(path: ConfigPath, options: MergeOptions) {
    this.path = path;
    this.options = options;
  }

  at(step: string | number): Merge {
    return new Merge([...this.path, step], this.options);
  }

  originOf({ line, file }: LineNode): ConfigOrigin {
    return { ...(file === undefined ? {} : { file }), key: formatKey(this.path), ...(line === 0 ? {} : { line }) };
  }

  /** Whether a mapping can be merged into a value. */
  enters(base: ConfigValue): boolean {
    return isMapping(base) || (this.options.allowListKeys === true && Array.isArray(base) && !isTuple(base));
  }
}

function mergeInto(child: LocatedValue<ConfigMapping>, base: LocatedValue, merge: Merge): LocatedValue {
  if (!merge.enters(base.value)) throw meetsOther(child, base, merge);
  return Array.isArray(base.value)
    ? mergeList(child, base as LocatedValue<readonly ConfigValue[]>, merge)
    : mergeMapping(child, base as LocatedValue<ConfigMapping>, merge);
}

function mergeMapping(
  child: LocatedValue<ConfigMapping>,
  base: LocatedValue<ConfigMapping>,
  merge: Merge,
): LocatedValue {
  const value: Record<string, ConfigValue> = { ...base.value };
  const children = new Map(partsOf(base.lines));
  for (const key of Object.keys(child.value)) {
    if (key === DELETE_KEY) continue;
    const part = partAt(child, key);
    if (key === FORBIDDEN_KEY) checkKey(key, merge.at(key).originOf(part.lines));
    const kept = Object.hasOwn(value, key) && isMapping(part.value) && !deletes(part.value);
    const merged = kept
      ? mergeInto(
          part as LocatedValue<ConfigMapping>,
          { value: value[key] ?? null, lines: linesIn(base, key) },
          merge.at(key),
        )
      : stripDelete(part);
    value[key] = merged.value;
    children.set(key, merged.lines);
  }
  // What was not written in a text, an option for instance, leaves the mapping where its base has it.
  const own = child.lines.line === 0 ? base.lines : child.lines;
  return { value, lines: { ...own, children } };
}

function mergeList(
  child: LocatedValue<ConfigMapping>,
  base: LocatedValue<readonly ConfigValue[]>,
  merge: Merge,
): LocatedValue {
  const value = [...base.value];
  const children = base.value.map((_, index) => linesIn(base, index));
  for (const key of Object.keys(child.value)) {
    if (key === DELETE_KEY) continue;
    const part = partAt(child, key);
    const index = indexOf(key, value.length, () => merge.originOf(part.lines));
    const old = { value: value[index] ?? null, lines: linesIn(base, index) };
    const merged =
      isMapping(part.value) && !deletes(part.value)
        ? mergeInto(part as LocatedValue<ConfigMapping>, old, merge.at(index))
        : stripDelete(part);
    value[index] = merged.value;
    children[index] = merged.lines;
  }
  return { value, lines: { ...base.lines, children } };
}

function indexOf(key: string, length: number, originOf: () => ConfigOrigin): number {
  if (!/^\d+$/.test(key)) {
    const what = `The key ${JSON.stringify(key)} meets a list of ${length} items`;
    const expected = 'an index such as 0, or a list that replaces the whole';
    throw new ConfigError({ code: 'bad-merge', what, expected, origin: originOf() });
  }
  const index = Number(key);
  if (index < length) return index;
  const what = `Index ${key} exceeds the length of the list, which has ${length} items`;
  throw new ConfigError({
    code: 'bad-index',
    what,
    expected: 'the index of an item that is there',
    origin: originOf(),
  });
}

function meetsOther(child: LocatedValue, base: LocatedValue, merge: Merge): ConfigError {
  const place = merge.originOf(base.lines);
  const where = place.file === undefined ? '' : ` (${place.file}${place.line === undefined ? '' : `:${place.line}`})`;
  return new ConfigError({
    code: 'bad-merge',
    what: `'${shorten(formatKey(merge.path))}' is ${showValue(child.value)}, but ${showValue(base.value)} in the base${where}`,
    expected: 'a mapping to merge into',
    fix: `to replace what the base has, add '${DELETE_KEY}: true' to the mapping`,
    origin: merge.originOf(child.lines),
  });
}

/** Whether a mapping asks to replace what it meets; what counts as true is Python's notion. */
export function deletes(mapping: ConfigMapping): boolean {
  if (!Object.hasOwn(mapping, DELETE_KEY)) return false;
  const value = mapping[DELETE_KEY];
  if (Array.isArray(value)) return value.length > 0;
  if (isMapping(value)) return Object.keys(value).length > 0;
  return Number.isNaN(value) || Boolean(value);
}

/** Takes every `_delete_` out of a value. */
export function stripDelete(located: LocatedValue): LocatedValue {
  const { value, lines } = located;
  if (Array.isArray(value)) {
    const parts = value.map((_, index) => stripDelete(partAt(located, index)));
    if (parts.every((part, index) => part.value === value[index])) return located;
    const items = parts.map((part) => part.value);
    const made = isTuple(value) ? tuple(items) : items;
    return { value: made, lines: { ...lines, children: parts.map((part) => part.lines) } };
  }
  if (!isMapping(value)) return located;
  const parts = Object.keys(value).map((key): [string, LocatedValue] => [key, stripDelete(partAt(located, key))]);
  const kept = parts.filter(([key]) => key !== DELETE_KEY);
  if (kept.length === parts.length && kept.every(([key, part]) => part.value === value[key])) return located;
  return {
    value: Object.fromEntries(kept.map(([key, part]) => [key, part.value])),
    lines: { ...lines, children: new Map(kept.map(([key, part]) => [key, part.lines])) },
  };
}

/** The lines of a mapping's parts. */
export function partsOf({ children }: LineNode): ReadonlyMap<string, LineNode> {
  return children instanceof Map ? children : new Map();
}

/** A part with its lines; where they are not known, those of the whole. */
export function partAt({ value, lines }: LocatedValue, step: string | number): LocatedValue {
  const part = (value as Readonly<Record<string | number, ConfigValue>>)[step] ?? null;
  return { value: part, lines: linesIn({ lines }, step) };
}

function linesIn({ lines }: { readonly lines: LineNode }, step: string | number): LineNode {
  const found = linesOf(lines, step);
  if (found !== undefined) return found;
  const { children: _, ...own } = lines;
  return own;
}
