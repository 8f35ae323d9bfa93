import {
  AdapterError,
  joinPath,
  type ModuleNode,
  type ParameterSpec,
  type PlanWarning,
  type Shape,
} from '@incipit/core';
import type { Described } from './described.js';
import type { TreeTables } from './tree-patterns.js';

/** An object or an array of a tree. */
export type Holder = Record<string, unknown>;

/** A place in a tree that holds a value. */
export interface Place {
  readonly holder: Holder;
  readonly key: string;
}

/** What a framework keeps at the leaves of a tree. */
export interface LeafKind<Value extends object> {
  /** For messages: `array of jax-js`. */
  readonly noun: string;
  is(value: unknown): value is Value;
  /** @throws AdapterError for a value that must not be in a tree, whether it is a leaf or not. */
  check(value: unknown, path: string): void;
  /** What the value itself tells of the parameter. */
  describe(value: Value, path: string): Pick<ParameterSpec, 'dtype' | 'trainable'> & { readonly shape: Shape };
}

/** A parameter's value, and every place that holds it. */
export interface Leaf<Value> {
  readonly value: Value;
  readonly places: readonly Place[];
}

/** True for a plain object or an array, whose values are parts of a tree. */
export function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/**
 * Describes a tree of plain objects and arrays: each is a module, each leaf in it a parameter. One in several places is
 * tied: it is listed once, under its first path.
 *
 * @throws AdapterError `cyclic-model`, `wrong-axes` or `unmatched-pattern`, and what `kind` throws.
 */
export function describeHolders<Value extends object>(
  tree: Holder,
  kind: LeafKind<Value>,
  tables: TreeTables,
): Described<Leaf<Value>> {
  return new Description(kind, tables).of(tree);
}

class Description<Value extends object> {
  readonly #kind: LeafKind<Value>;
  readonly #tables: TreeTables;
  readonly #paths = new Map<Value, string[]>();
  readonly #places = new Map<Value, Place[]>();

  constructor(kind: LeafKind<Value>, tables: TreeTables) {
    this.#kind = kind;
    this.#tables = tables;
  }

  of(tree: Holder): Described<Leaf<Value>> {
    this.#collect(tree, '', []);
    const root = this.#nodeOf(tree, '');
    this.#tables.assertUsed([...this.#paths.values()].flat());
    const parameters = new Map<string, Leaf<Value>>();
    for (const [value, paths] of this.#paths) {
      for (const path of paths) parameters.set(path, { value, places: this.#places.get(value) ?? [] });
    }
    return { root, parameters };
  }

  #collect(holder: Holder, path: string, above: readonly Holder[]): void {
    if (above.includes(holder)) {
      const what = 'The tree holds itself';
      throw new AdapterError({ code: 'cyclic-model', what, path, expected: `a tree with ${this.#kind.noun} leaves` });
    }
    for (const [key, value] of Object.entries(holder)) {
      const below = joinPath(path, key);
      this.#kind.check(value, below);
      if (this.#kind.is(value)) {
        this.#paths.set(value, [...(this.#paths.get(value) ?? []), below]);
        const places = this.#places.get(value) ?? [];
        // An object in two places of the tree holds its leaves once.
        const held = places.some((place) => place.holder === holder && place.key === key);
        this.#places.set(value, held ? places : [...places, { holder, key }]);
      } else if (isHolder(value)) this.#collect(value, below, [...above, holder]);
    }
  }

  #nodeOf(holder: Holder, path: string): ModuleNode {
    const parameters: ParameterSpec[] = [];
    const children: ModuleNode[] = [];
    const warnings: PlanWarning[] = [];
    for (const [key, value] of Object.entries(holder)) {
      const below = joinPath(path, key);
      if (this.#kind.is(value)) {
        if (this.#paths.get(value)?.[0] === below) parameters.push(this.#parameterOf(value, key, below));
      } else if (isHolder(value)) children.push(this.#nodeOf(value, below));
      else if (value !== null && value !== undefined) {
        const message = `The ${typeof value} '${key}' is no ${this.#kind.noun} and is left alone`;
        warnings.push({ code: 'not-a-leaf', message, path: below });
      }
    }
    return {
      path,
      types: [...new Set([...this.#tables.types(path), 'Module'])],
      parameters,
      children,
      ...(warnings.length === 0 ? {} : { warnings }),
    };
  }

  #parameterOf(value: Value, nativeName: string, path: string): ParameterSpec {
    const paths = this.#paths.get(value) ?? [];
    const aliases = paths.slice(1);
    const described = this.#kind.describe(value, path);
    const axes = this.#tables.axes(paths, described.shape);
    return {
      path,
      role: this.#tables.role(paths, nativeName),
      nativeName,
      ...described,
      ...(axes === undefined ? {} : { axes }),
      ...(aliases.length === 0 ? {} : { aliases }),
    };
  }
}
