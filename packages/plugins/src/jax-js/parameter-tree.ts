import {
  AdapterError,
  type DType,
  joinPath,
  type ModuleNode,
  type ParameterSpec,
  type PlanWarning,
} from '@incipit/core';
import type { TreeTables } from '../tree-patterns.js';
import type { Jax, JaxArray, Leaf } from './structural-types.js';

/** A tree as modules, and the places that hold each parameter's array. */
export interface DescribedTree {
  readonly root: ModuleNode;
  readonly leaves: ReadonlyMap<string, readonly Leaf[]>;
}

type Holder = Leaf['holder'];

interface Found {
  readonly paths: Map<JaxArray, string[]>;
  readonly leaves: Map<JaxArray, Leaf[]>;
}

const DTYPES: readonly string[] = ['float32', 'float16', 'float64', 'int32', 'uint32', 'bool'] satisfies DType[];

/**
 * Describes a tree: an object or an array is a module, an array of jax-js in it a parameter.
 *
 * @throws AdapterError `cyclic-model`, `foreign-array`, `disposed-model`, `wrong-axes` or `unmatched-pattern`.
 */
export function describeTree(jax: Jax, tree: Holder, tables: TreeTables): DescribedTree {
  const found: Found = { paths: new Map(), leaves: new Map() };
  collect(jax, tree, { path: '', above: [], found });
  const root = nodeOf(jax, tree, { path: '', found, tables });
  tables.assertUsed([...found.paths.values()].flat());
  const leaves = new Map<string, readonly Leaf[]>();
  for (const [array, paths] of found.paths) for (const path of paths) leaves.set(path, found.leaves.get(array) ?? []);
  return { root, leaves };
}

/** True for a plain object or an array, whose values jax-js takes for parts of a tree. */
export function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

interface Step {
  readonly path: string;
  readonly above: readonly Holder[];
  readonly found: Found;
}

function collect(jax: Jax, holder: Holder, { path, above, found }: Step): void {
  if (above.includes(holder)) {
    throw new AdapterError({ code: 'cyclic-model', what: 'The tree holds itself', path, expected: 'a tree of arrays' });
  }
  for (const [key, value] of Object.entries(holder)) {
    const below = joinPath(path, key);
    if (value instanceof jax.numpy.Array) {
      assertAlive(value, below);
      found.paths.set(value, [...(found.paths.get(value) ?? []), below]);
      const leaves = found.leaves.get(value) ?? [];
      // An object in two places of the tree holds its arrays once.
      const held = leaves.some((leaf) => leaf.holder === holder && leaf.key === key);
      found.leaves.set(value, held ? leaves : [...leaves, { holder, key }]);
    } else if (isHolder(value)) {
      collect(jax, value, { path: below, above: [...above, holder], found });
    } else assertNoArray(value, below);
  }
}

/** Throws when the array has no owner left. */
export function assertAlive(array: JaxArray, path: string): void {
  if (array.refCount > 0) return;
  throw new AdapterError({
    code: 'disposed-model',
    what: 'The array is disposed: an operation has taken it, or `dispose` was called',
    path,
    expected: 'an array that the tree owns',
    fix: 'pass `array.ref` to operations that shall leave it alive',
  });
}

function assertNoArray(value: unknown, path: string): void {
  const object = typeof value === 'object' && value !== null ? (value as Partial<JaxArray>) : {};
  if (typeof object.dispose !== 'function' || !Array.isArray(object.shape)) return;
  throw new AdapterError({
    code: 'foreign-array',
    what: 'The array is none of the jax-js that was passed, or is traced by `jit`, `grad` or `vmap`',
    path,
    expected: 'an array of the very `jax` that is passed beside the tree',
    fix: 'import jax-js once, and initialise outside transformations',
  });
}

interface Context {
  readonly path: string;
  readonly found: Found;
  readonly tables: TreeTables;
}

function nodeOf(jax: Jax, holder: Holder, { path, found, tables }: Context): ModuleNode {
  const parameters: ParameterSpec[] = [];
  const children: ModuleNode[] = [];
  const warnings: PlanWarning[] = [];
  for (const [key, value] of Object.entries(holder)) {
    const below = joinPath(path, key);
    if (value instanceof jax.numpy.Array) {
      // A tied array is listed once, where its first path is.
      if (found.paths.get(value)?.[0] === below)
        parameters.push(parameterOf(value, key, { path: below, found, tables }));
    } else if (isHolder(value)) children.push(nodeOf(jax, value, { path: below, found, tables }));
    else if (value !== null && value !== undefined) {
      const message = `The ${typeof value} '${key}' is no array of jax-js and is left alone`;
      warnings.push({ code: 'not-an-array', message, path: below });
    }
  }
  return {
    path,
    types: [...new Set([...tables.types(path), 'Module'])],
    parameters,
    children,
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function parameterOf(array: JaxArray, nativeName: string, { path, found, tables }: Context): ParameterSpec {
  const paths = found.paths.get(array) ?? [];
  const [first = path, ...aliases] = paths;
  const axes = tables.axes(paths, array.shape);
  return {
    path: first,
    role: tables.role(paths, nativeName),
    nativeName,
    shape: [...array.shape],
    dtype: dtypeOf(array, path),
    trainable: true,
    ...(axes === undefined ? {} : { axes }),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}

function dtypeOf({ dtype }: JaxArray, path: string): DType {
  if (DTYPES.includes(dtype)) return dtype as DType;
  throw new AdapterError({
    code: 'unknown-dtype',
    what: `The array has the dtype '${dtype}'`,
    path,
    expected: `one of ${DTYPES.join(', ')}`,
  });
}
