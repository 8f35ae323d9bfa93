import type { TorchType } from './torch-types.js';

/** A Python tuple; lists are arrays, sets are read as lists. */
export class PyTuple {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/**
 * A Python dict. Only keys that are text or numbers are kept, since nothing asks for others. Numbers are kept as text: those
 * of a file could be chosen so that a map of numbers finds all of them in one place, and takes forever.
 */
export class PyDict {
  readonly #texts = new Map<string, unknown>();
  #numbers: Map<string, unknown> | undefined;

  set(key: unknown, value: unknown): void {
    if (typeof key === 'string') this.#texts.set(key, value);
    if (typeof key !== 'number') return;
    // Few dicts have any.
    this.#numbers ??= new Map();
    this.#numbers.set(`n${key}`, value);
  }

  get(key: string): unknown {
    return this.#texts.get(key);
  }

  *entries(): Iterable<[string, unknown]> {
    yield* this.#texts;
    for (const [key, value] of this.#numbers ?? []) yield [key.slice(1), value];
  }
}

/** A name that is on the list; no Python behind it. */
export class PyGlobal {
  readonly module: string;
  readonly name: string;
  readonly path: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
    this.path = `${module}.${name}`;
  }
}

/** An object of a class that is known to be mere data, and whose content is of no use here. */
export class PyInert {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** A module of a TorchScript program: what it holds by name, without its code. */
export class ScriptModule {
  /** Set after it was made. */
  fields: PyDict = new PyDict();
}

/** Memory that tensors share. */
export class TorchStorage {
  readonly key: string;
  /** As torch names its class: `FloatStorage`. */
  readonly className: string;
  readonly elements: number;

  constructor(key: string, className: string, elements: number) {
    this.key = key;
    this.className = className;
    this.elements = elements;
  }
}

/** A view of a storage. */
export class TorchTensor {
  readonly storage: TorchStorage;
  readonly type: TorchType;
  /** In elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: TorchStorage, type: TorchType, layout: Pick<TorchTensor, 'offset' | 'shape' | 'strides'>) {
    this.storage = storage;
    this.type = type;
    this.offset = layout.offset;
    this.shape = layout.shape;
    this.strides = layout.strides;
  }
}
