import type { Budget } from './budget.js';
import { MAX_VALUE_DEPTH } from './compare.js';
import { overLimit, PythonFault } from './fault.js';
import { slotsOf } from './iterate.js';
import { keyOf } from './keys.js';
import {
  type Entry,
  type Key,
  type Place,
  PyDict,
  PyList,
  PySet,
  PyTuple,
  type Slot,
  typeName,
  type Value,
} from './values.js';

/** `dict[key] = value`. A ConfigDict makes its own copy of lists and dicts, and ConfigDicts of the dicts. */
export function setItem(dict: PyDict, key: Value, slot: Slot, budget: Budget): void {
  const value = dict.config ? asConfig(slot.value, budget) : slot.value;
  const id = keyOf(key);
  dict.entries.set(id, { key: dict.entries.get(id)?.key ?? key, value, place: slot.place });
}

/** What a ConfigDict stores for a value. */
export function asConfig(value: Value, budget: Budget, depth = 0): Value {
  if (value instanceof PyDict && !value.config) {
    const entries = new Map<Key, Entry>();
    for (const [id, entry] of value.entries) {
      entries.set(id, { ...entry, value: asConfig(entry.value, budget, depth + 1) });
    }
    budget.spend(entries.size);
    return new PyDict(entries, true);
  }
  if (!(value instanceof PyList || value instanceof PyTuple)) return value;
  if (depth > MAX_VALUE_DEPTH) throw overLimit('A value nests too deep');
  budget.spend(value.slots.length);
  const slots = value.slots.map((slot) => ({ ...slot, value: asConfig(slot.value, budget, depth + 1) }));
  return value instanceof PyList ? new PyList(slots) : new PyTuple(slots);
}

/** The entries that `dict(x)` and `d.update(x)` take: of a dict, or of pairs. */
export function entriesOf(source: Value, here: Place, budget: Budget): Entry[] {
  if (source instanceof PyDict) {
    budget.spend(source.entries.size);
    return [...source.entries.values()];
  }
  return slotsOf(source, here, budget).map(({ value }) => {
    const [key, item, ...more] = slotsOf(value, here, budget);
    if (key === undefined || item === undefined || more.length > 0) {
      throw new PythonFault('An item is no pair of key and value', { expected: 'a dict, or pairs' });
    }
    return { key: key.value, value: item.value, place: item.place };
  });
}

/** `dict.update(…)`: a ConfigDict merges dicts into dicts, all the way down. */
export function update(dict: PyDict, entries: readonly Entry[], budget: Budget, depth = 0): void {
  if (depth > MAX_VALUE_DEPTH) throw overLimit('A value nests too deep');
  budget.spend(entries.length);
  for (const { key, value, place } of entries) {
    const own = dict.config ? dict.entries.get(keyOf(key))?.value : undefined;
    if (own instanceof PyDict && value instanceof PyDict) update(own, [...value.entries.values()], budget, depth + 1);
    else setItem(dict, key, { value, place }, budget);
  }
}

/** `dict.copy()`: one level deep, but for the lists of a ConfigDict. */
export function copyDict(dict: PyDict, budget: Budget): PyDict {
  budget.spend(dict.entries.size);
  if (!dict.config) return new PyDict(new Map(dict.entries));
  const copy = new PyDict(new Map(), true);
  for (const { key, ...slot } of dict.entries.values()) setItem(copy, key, slot, budget);
  return copy;
}

/** `copy.deepcopy(value)`: what is shared inside stays shared. */
export function deepCopy(value: Value, budget: Budget, made: Map<Value, Value> = new Map(), depth = 0): Value {
  if (typeof value !== 'object' || value === null) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  if (depth > MAX_VALUE_DEPTH) throw overLimit('A value nests too deep');
  const inner = (slot: Slot): Slot => ({ ...slot, value: deepCopy(slot.value, budget, made, depth + 1) });
  if (value instanceof PyList) {
    budget.spend(value.slots.length);
    const copy = new PyList([]);
    made.set(value, copy);
    copy.slots = value.slots.map(inner);
    return copy;
  }
  if (value instanceof PyDict) {
    budget.spend(value.entries.size);
    const copy = new PyDict(new Map(), value.config);
    made.set(value, copy);
    for (const [id, entry] of value.entries) copy.entries.set(id, { key: entry.key, ...inner(entry) });
    return copy;
  }
  if (value instanceof PySet) return new PySet(new Map(value.items));
  if (!(value instanceof PyTuple)) return value;
  budget.spend(value.slots.length);
  const copy = new PyTuple(value.slots.map(inner));
  made.set(value, copy);
  return copy;
}

/** A key that is not there. */
export function missingKey(key: Value): PythonFault {
  const name = typeof key === 'string' ? `'${key}'` : `${typeName(key)} ${String(key)}`;
  return new PythonFault(`There is no key ${name}`);
}
