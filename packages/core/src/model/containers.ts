import { BaseModule } from './base-module.js';
import type { Member, Module } from './module.js';

/** Modules in a row, named `0`, `1`, …; a `BaseModule`, so it may have an `init_cfg`. */
export class Sequential extends BaseModule {
  static override readonly className: string = 'Sequential';
  readonly #modules: readonly Module[];

  constructor(modules: readonly Module[] = [], initCfg?: unknown) {
    super(initCfg);
    this.#modules = [...modules];
  }

  override *members(): Iterable<readonly [string, Member]> {
    yield* super.members();
    for (const [index, module] of this.#modules.entries()) yield [String(index), module];
  }
}

/** A list of modules, named `0`, `1`, … */
export class ModuleList extends BaseModule {
  static override readonly className: string = 'ModuleList';
  readonly #modules: Module[];

  constructor(modules: Iterable<Module> = [], initCfg?: unknown) {
    super(initCfg);
    this.#modules = [...modules];
  }

  append(module: Module): this {
    this.#modules.push(module);
    return this;
  }

  get length(): number {
    return this.#modules.length;
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.#modules[Symbol.iterator]();
  }

  override *members(): Iterable<readonly [string, Member]> {
    yield* super.members();
    for (const [index, module] of this.#modules.entries()) yield [String(index), module];
  }
}

/** Modules by name, in insertion order. */
export class ModuleDict extends BaseModule {
  static override readonly className: string = 'ModuleDict';
  readonly #modules: Map<string, Module>;

  constructor(modules: Readonly<Record<string, Module>> | Iterable<readonly [string, Module]> = [], initCfg?: unknown) {
    super(initCfg);
    this.#modules = new Map(Symbol.iterator in modules ? modules : Object.entries(modules));
  }

  get(name: string): Module | undefined {
    return this.#modules.get(name);
  }

  set(name: string, module: Module): this {
    this.#modules.set(name, module);
    return this;
  }

  override *members(): Iterable<readonly [string, Member]> {
    yield* super.members();
    yield* this.#modules;
  }
}
