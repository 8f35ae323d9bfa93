import { type LineNode, linesOf } from '../config/loaded-config.js';
import type { LocatedValue } from '../config/source-reader.js';
import { type ConfigMapping, type ConfigValue, isTuple } from '../config/value.js';
import type { Budget } from './budget.js';
import { keyOf } from './keys.js';
import type { PythonLines } from './to-data.js';
import { type Entry, type Key, type Place, PyDict, PyLazy, PyList, PyTuple, type Slot, type Value } from './values.js';

/** A mapping as a ConfigDict, all of whose dicts are ConfigDicts. */
export function configDictOf({ value, lines }: LocatedValue<ConfigMapping>, budget: Budget): PyDict {
  const entries = new Map<Key, Entry>();
  budget.spend(Object.keys(value).length);
  for (const [key, inner] of Object.entries(value)) {
    entries.set(keyOf(key), { key, ...slotOf(inner, linesOf(lines, key) ?? childless(lines), budget) });
  }
  return new PyDict(entries, true);
}

function slotOf(value: ConfigValue, lines: LineNode, budget: Budget): Slot {
  return { value: pythonValue(value, lines, budget), place: placeOf(lines) };
}

function pythonValue(value: ConfigValue, lines: LineNode, budget: Budget): Value {
  if (typeof value === 'number') return isFloat(value, lines) ? value : BigInt(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value as readonly ConfigValue[];
    budget.spend(items.length);
    const slots = items.map((item, at) => slotOf(item, linesOf(lines, at) ?? childless(lines), budget));
    return isTuple(value) ? new PyTuple(slots) : new PyList(slots);
  }
  const mapping = value as ConfigMapping;
  const lazy = lazyPath(mapping);
  return lazy === undefined ? configDictOf({ value: mapping, lines }, budget) : new PyLazy(lazy);
}

/** A number that has a fraction, is beyond the safe integers, or was written as a float. */
function isFloat(value: number, lines: PythonLines): boolean {
  return !Number.isSafeInteger(value) || Object.is(value, -0) || lines.float === true;
}

function lazyPath(mapping: ConfigMapping): string | undefined {
  const { $lazy } = mapping;
  return typeof $lazy === 'string' && Object.keys(mapping).length === 1 ? $lazy : undefined;
}

function placeOf({ line, file }: LineNode): Place {
  return file === undefined ? { line } : { line, file };
}

function childless({ children: _, ...own }: LineNode): LineNode {
  return own;
}
