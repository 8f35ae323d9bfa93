import { ConfigError, type ConfigOrigin } from '../errors.js';
import { isMapping } from '../schema/mapping.js';
import { type ConfigPath, formatKey } from '../schema/origin.js';
import { MAX_DEPTH, MAX_VALUES } from './limits.js';
import { FORBIDDEN_KEY } from './parse-error.js';
import { isTuple, tuple } from './value.js';

type Parts = Record<string, unknown>;

/**
 * A copy of plain data of which no list and no mapping is shared, neither with the original nor inside the copy.
 * Instances, classes and functions, which a config written in code may hold, stay the same objects.
 *
 * @param origin of the whole, for errors.
 * @throws ConfigError `forbidden-key`, `circular-data`, `config-too-large`.
 */
export function copyData<V>(value: V, origin: ConfigOrigin = {}): V {
  const open = new Set<object>();
  let values = 0;
  const copy = (part: unknown, path: ConfigPath): unknown => {
    values += 1;
    if (values > MAX_VALUES) throw tooLarge(`has more than ${MAX_VALUES} values`, origin);
    if (!Array.isArray(part) && !isMapping(part)) return part;
    const where = { ...origin, key: formatKey(path, origin.key) };
    if (open.has(part)) throw new ConfigError({ code: 'circular-data', what: 'A part holds itself', origin: where });
    if (path.length > MAX_DEPTH) throw tooLarge(`nests deeper than ${MAX_DEPTH} levels`, origin);
    open.add(part);
    const made = Array.isArray(part)
      ? copyList(part, (item, index) => copy(item, [...path, index]))
      : copyMapping(part, where, (item, key) => copy(item, [...path, key]));
    open.delete(part);
    return made;
  };
  return copy(value, []) as V;
}

function copyList(list: readonly unknown[], copy: (item: unknown, index: number) => unknown): readonly unknown[] {
  const items = Array.from(list, copy);
  return isTuple(list) ? tuple(items) : items;
}

function copyMapping(
  mapping: Readonly<Parts>,
  origin: ConfigOrigin,
  copy: (item: unknown, key: string) => unknown,
): Parts {
  const made: Parts = {};
  for (const [key, item] of Object.entries(mapping)) {
    checkKey(key, origin);
    made[key] = copy(item, key);
  }
  return made;
}

/** @throws ConfigError `forbidden-key` for a key that would reach the prototype of what it is copied to. */
export function checkKey(key: string, origin: ConfigOrigin): void {
  if (key !== FORBIDDEN_KEY) return;
  throw new ConfigError({ code: 'forbidden-key', what: `The key '${FORBIDDEN_KEY}' is not allowed`, origin });
}

/**
 * Checks the size of a value that may hold the same part many times, without walking it more than once.
 *
 * @throws ConfigError `config-too-large`.
 */
export function checkSize(value: unknown, origin: ConfigOrigin): void {
  const known = new Map<object, Size>();
  const sizeOf = (part: unknown, level: number): Size => {
    if (level > MAX_DEPTH + 1) throw tooLarge(`nests deeper than ${MAX_DEPTH} levels`, origin);
    if (typeof part !== 'object' || part === null || !(Array.isArray(part) || isMapping(part))) return LEAF;
    const seen = known.get(part);
    if (seen !== undefined) return seen;
    let values = 1;
    let depth = 0;
    for (const item of Array.isArray(part) ? part : Object.values(part)) {
      const inner = sizeOf(item, level + 1);
      values += inner.values;
      depth = Math.max(depth, inner.depth + 1);
    }
    const size = { values, depth };
    known.set(part, size);
    return size;
  };
  const { values, depth } = sizeOf(value, 0);
  if (values > MAX_VALUES) throw tooLarge(`has more than ${MAX_VALUES} values`, origin);
  if (depth > MAX_DEPTH) throw tooLarge(`nests deeper than ${MAX_DEPTH} levels`, origin);
}

interface Size {
  readonly values: number;
  readonly depth: number;
}

const LEAF: Size = { values: 1, depth: 0 };

function tooLarge(what: string, origin: ConfigOrigin): ConfigError {
  return new ConfigError({ code: 'config-too-large', what: `The config ${what}`, origin });
}
