import type { DType } from '@incipit/core';

/** A Python tuple; lists are arrays, dicts are maps, sets are read as lists. */
export class PyTuple {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
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
  fields: ReadonlyMap<unknown, unknown> = new Map();
}

/** Memory that tensors share. */
export class TorchStorage {
  readonly key: string;
  /** As torch names it: `FloatStorage`. */
  readonly type: string;
  readonly elements: number;

  constructor(key: string, type: string, elements: number) {
    this.key = key;
    this.type = type;
    this.elements = elements;
  }
}

/** A view of a storage. */
export class TorchTensor {
  readonly storage: TorchStorage;
  readonly dtype: DType;
  /** In elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: TorchStorage, dtype: DType, layout: Pick<TorchTensor, 'offset' | 'shape' | 'strides'>) {
    this.storage = storage;
    this.dtype = dtype;
    this.offset = layout.offset;
    this.shape = layout.shape;
    this.strides = layout.strides;
  }
}
