/** Where a value was written. */
export interface Place {
  /** 1-based. */
  readonly line: number;
  /** Only where it is another file than the one that is read. */
  readonly file?: string;
}

/** A value of Python's, as configs have them: an integer is a `bigint`, a float a `number`. */
export type Value = null | boolean | bigint | number | string | PyObject;

export type PyObject =
  | PyList
  | PyTuple
  | PyDict
  | PySet
  | PyRange
  | PyIterator
  | PyView
  | PyLazy
  | PyFunction
  | PyModule
  | PyOpaque;

/** A value inside a list or under a name, and where it was put there. */
export interface Slot {
  readonly value: Value;
  readonly place: Place;
}

export class PyList {
  slots: Slot[];

  constructor(slots: Slot[]) {
    this.slots = slots;
  }
}

export class PyTuple {
  readonly slots: readonly Slot[];

  constructor(slots: readonly Slot[]) {
    this.slots = slots;
  }
}

/** What tells keys apart: see `keyOf`. */
export type Key = string | number | bigint | null;

export interface Entry extends Slot {
  readonly key: Value;
}

/** A dict; with `config`, mmengine's ConfigDict: attributes are keys, and `update` merges. */
export class PyDict {
  readonly entries: Map<Key, Entry>;
  readonly config: boolean;

  constructor(entries: Map<Key, Entry> = new Map(), config = false) {
    this.entries = entries;
    this.config = config;
  }
}

export class PySet {
  readonly items: Map<Key, Slot>;

  constructor(items: Map<Key, Slot> = new Map()) {
    this.items = items;
  }
}

export class PyRange {
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;

  constructor(start: bigint, stop: bigint, step: bigint) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  get length(): bigint {
    const span = this.step > 0n ? this.stop - this.start : this.start - this.stop;
    const stride = this.step > 0n ? this.step : -this.step;
    return span <= 0n ? 0n : (span + stride - 1n) / stride;
  }
}

/** What is walked once: a generator, `zip`, `enumerate`, `reversed`, `map`, `filter`. Its items are already there. */
export class PyIterator {
  readonly type: string;
  #slots: readonly Slot[];

  constructor(type: string, slots: readonly Slot[]) {
    this.type = type;
    this.#slots = slots;
  }

  /** All items that are left. */
  drain(): readonly Slot[] {
    const slots = this.#slots;
    this.#slots = [];
    return slots;
  }

  next(): Slot | undefined {
    const [first, ...rest] = this.#slots;
    this.#slots = rest;
    return first;
  }
}

/** `d.keys()`, `d.values()`, `d.items()`. */
export class PyView {
  readonly dict: PyDict;
  readonly part: 'keys' | 'values' | 'items';

  constructor(dict: PyDict, part: 'keys' | 'values' | 'items') {
    this.dict = dict;
    this.part = part;
  }
}

/** What a config imported without anybody loading it: `mmdet.models.RetinaNet`. */
export class PyLazy {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** Arguments of a call, each with its place. */
export interface CallArguments {
  readonly positional: readonly Slot[];
  readonly named: ReadonlyMap<string, Slot>;
}

export class PyFunction {
  readonly name: string;
  readonly call: (args: CallArguments) => Value;
  /** Whether it is a class: `dict`, `int`. */
  readonly isType: boolean;

  constructor(name: string, call: (args: CallArguments) => Value, isType = false) {
    this.name = name;
    this.call = call;
    this.isType = isType;
  }
}

/** A module of the standard library; members that are missing are outside the subset. */
export class PyModule {
  readonly name: string;
  readonly members: ReadonlyMap<string, Value>;

  constructor(name: string, members: ReadonlyMap<string, Value>) {
    this.name = name;
    this.members = members;
  }
}

/** A name that is bound, and of which nothing may be asked: a function that the file defines. */
export class PyOpaque {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}

/** Python's name of a value's type. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float';
    case 'string':
      return 'str';
    default:
      return objectTypeName(value);
  }
}

function objectTypeName(value: PyObject): string {
  if (value instanceof PyList) return 'list';
  if (value instanceof PyTuple) return 'tuple';
  if (value instanceof PyDict) return value.config ? 'ConfigDict' : 'dict';
  if (value instanceof PySet) return 'set';
  if (value instanceof PyRange) return 'range';
  if (value instanceof PyIterator) return value.type;
  if (value instanceof PyView) return `dict_${value.part}`;
  if (value instanceof PyLazy) return 'LazyObject';
  if (value instanceof PyFunction) return value.isType ? 'type' : 'builtin_function_or_method';
  return value instanceof PyModule ? 'module' : 'function';
}

/** Whether `if value:` goes in. */
export function isTrue(value: Value): boolean {
  // NaN is true in Python.
  if (typeof value === 'number') return value !== 0;
  if (value === null || typeof value !== 'object') return Boolean(value);
  if (value instanceof PyList || value instanceof PyTuple) return value.slots.length > 0;
  if (value instanceof PyDict) return value.entries.size > 0;
  if (value instanceof PyView) return value.dict.entries.size > 0;
  if (value instanceof PySet) return value.items.size > 0;
  if (value instanceof PyRange) return value.length > 0n;
  return true;
}

/** The integer that an int or a bool is. */
export function asInteger(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? BigInt(value) : undefined;
}

/** The number that an int, a bool or a float is. */
export function asNumeric(value: Value): bigint | number | undefined {
  return typeof value === 'number' ? value : asInteger(value);
}
