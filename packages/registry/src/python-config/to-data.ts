import { MAX_DEPTH } from '../config/limits.js';
import type { LineNode } from '../config/loaded-config.js';
import { FORBIDDEN_KEY } from '../config/parse-error.js';
import type { LocatedValue } from '../config/source-reader.js';
import { type ConfigMapping, type ConfigValue, tuple } from '../config/value.js';
import type { Budget } from './budget.js';
import { overLimit, PythonFault } from './fault.js';
import { slotsOf } from './iterate.js';
import { floatText } from './show.js';
import {
  type Entry,
  type Place,
  PyDict,
  PyFunction,
  PyLazy,
  PyList,
  PyModule,
  type PyObject,
  PyOpaque,
  PyRange,
  PyTuple,
  type Slot,
  typeName,
  type Value,
} from './values.js';

/** Lines of a leaf, and whether it was a float with a whole value: as data, `1.0` and `1` are the same. */
export interface PythonLines extends LineNode {
  readonly float?: true;
}

/** Makes plain data of values. */
export class DataMaker {
  readonly #budget: Budget;
  /** Where what is made stands, for errors. */
  place: Place = { line: 1 };

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Data of names; functions and modules under them are no data and left out. */
  ofNames(names: Iterable<readonly [string, Slot]>, line: number): LocatedValue<ConfigMapping> {
    const kept = [...names].filter(([name, { value }]) => !name.startsWith('__') && !isCode(value));
    return this.#mapping(
      kept.map(([key, slot]): Entry => ({ key, ...slot })),
      { line },
      0,
    );
  }

  /** Data of a dict. */
  ofDict(dict: PyDict, line: number): LocatedValue<ConfigMapping> {
    return this.#mapping([...dict.entries.values()], { line }, 0);
  }

  #value(slot: Slot, depth: number): LocatedValue {
    this.#budget.spend(1);
    const { value, place } = slot;
    if (typeof value === 'bigint') {
      const number = Number(value);
      return { value: Number.isSafeInteger(number) ? number : value, lines: place };
    }
    if (typeof value === 'number') {
      const lines: PythonLines = Number.isInteger(value) ? { ...place, float: true } : place;
      return { value, lines };
    }
    if (value === null || typeof value !== 'object') return { value, lines: place };
    if (depth >= MAX_DEPTH) {
      this.place = place;
      throw overLimit(`The config nests deeper than ${MAX_DEPTH} levels, or holds itself`);
    }
    return this.#object(value, place, depth + 1);
  }

  #object(value: PyObject, place: Place, depth: number): LocatedValue {
    if (value instanceof PyDict) return this.#mapping([...value.entries.values()], place, depth);
    if (value instanceof PyLazy) return { value: { $lazy: value.path }, lines: place };
    if (value instanceof PyList || value instanceof PyTuple || value instanceof PyRange) {
      const parts = slotsOf(value, place, this.#budget).map((slot) => this.#value(slot, depth));
      const items = parts.map((part) => part.value);
      // A range reads like the tuple of its numbers.
      return {
        value: value instanceof PyList ? items : tuple(items),
        lines: { ...place, children: parts.map((part) => part.lines) },
      };
    }
    this.place = place;
    const what = value instanceof PyOpaque || value instanceof PyFunction ? 'a function' : `a ${typeName(value)}`;
    throw new PythonFault(`The config holds ${what}, which is no data`, {
      expected: 'numbers, strings, lists, tuples and dicts',
      ...(what === 'a set' ? { fix: 'write a list' } : {}),
    });
  }

  #mapping(entries: readonly Entry[], place: Place, depth: number): LocatedValue<ConfigMapping> {
    const value: Record<string, ConfigValue> = {};
    const children = new Map<string, LineNode>();
    for (const entry of entries) {
      this.place = entry.place;
      const key = this.#key(entry.key);
      if (children.has(key)) throw new PythonFault(`Two keys of a dict are both '${key}' as text`);
      const part = this.#value(entry, depth);
      value[key] = part.value;
      children.set(key, part.lines);
    }
    return { value, lines: { ...place, children } };
  }

  /** Keys are text, spelt as JSON spells them. */
  #key(key: Value): string {
    if (key === FORBIDDEN_KEY) throw new PythonFault(`The key '${FORBIDDEN_KEY}' is not allowed`);
    if (typeof key === 'string') return key;
    if (typeof key === 'number') return floatText(key);
    if (key === null || typeof key !== 'object') return String(key);
    throw new PythonFault(`A ${typeName(key)} is a key of a dict`, { expected: 'a string' });
  }
}

function isCode(value: Value): boolean {
  return value instanceof PyModule || value instanceof PyOpaque || value instanceof PyFunction;
}
