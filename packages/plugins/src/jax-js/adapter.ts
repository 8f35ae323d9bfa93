import { type Adapter, AdapterError, type KeptValues, type ModuleNode, type TensorData } from '@incipit/core';
import { Descriptions } from '../described.js';
import { nameKind } from '../errors.js';
import { describeHolders, type Holder, isHolder, type Place } from '../holder-tree.js';
import { type TreePatterns, TreeTables } from '../tree-patterns.js';
import { jaxLeaf } from './jax-leaf.js';
import { keepLeaf, readLeaf, writeLeaf } from './leaf-io.js';
import type { Jax } from './structural-types.js';

/** What a tree does not say itself. */
export type JaxJsOptions = TreePatterns;

/**
 * A tree of parameters of jax-js, objects and arrays with `jax.Array`s as leaves, for Incipit.
 *
 * jax-js's arrays cannot be changed, so a write replaces the leaf **in the tree that was passed** and disposes the old
 * array once for each place that held it. Nothing else of jax-js is held.
 *
 * @param jax the namespace that made the arrays: `import * as jax from '@jax-js/jax'`, after `await jax.init('wasm')`.
 * @throws AdapterError `not-jax-js` or `not-a-model` at once; `cyclic-model`, `disposed-model`, `foreign-array`,
 * `wrong-axes`, `unmatched-pattern`, `frozen-tree` and `unknown-parameter` when the tree is looked at or written.
 *
 * @example
 * ```ts
 * const tree = { head: { weight: jax.numpy.zeros([8, 4]), bias: jax.numpy.zeros([4]) } };
 * const adapter = jaxJs(jax, tree, { axes: { '**.weight': ['in', 'out'] }, types: { head: 'Linear' } });
 * adapter.tree().children[0]?.types; // ['Linear', 'Module']
 * ```
 */
export function jaxJs(jax: Jax, tree: object, options: JaxJsOptions = {}): Adapter {
  assertJax(jax);
  assertTree(jax, tree);
  const kind = jaxLeaf(jax);
  const described = new Descriptions('the tree', () => describeHolders(tree, kind, new TreeTables(options)));
  const places = (path: string): readonly Place[] => described.at(path).places;
  return {
    framework: 'jax-js',
    tree: (): ModuleNode => described.tree(),
    read: async (path: string): Promise<TensorData> => readLeaf(jax, places(path), path),
    write: (path: string, data: TensorData): void => writeLeaf(jax, places(path), path, data),
    keep: (path: string): KeptValues => keepLeaf(jax, places(path), path),
  };
}

function assertJax(jax: unknown): asserts jax is Jax {
  const { numpy, defaultDevice } = (jax ?? {}) as Partial<Jax>;
  if (typeof numpy?.Array === 'function' && typeof numpy.array === 'function' && typeof defaultDevice === 'function')
    return;
  throw new AdapterError({
    code: 'not-jax-js',
    what: `The first argument is ${nameKind(jax)}, not jax-js`,
    expected: 'the namespace of @jax-js/jax 0.1',
    fix: "install @jax-js/jax and pass `import * as jax from '@jax-js/jax'`",
  });
}

function assertTree(jax: Jax, tree: unknown): asserts tree is Holder {
  if (isHolder(tree)) return;
  const array = tree instanceof jax.numpy.Array;
  throw new AdapterError({
    code: 'not-a-model',
    what: array
      ? 'A single array cannot be replaced where it is held'
      : `${nameKind(tree)} is not a tree of parameters`,
    expected: 'an object or an array that holds arrays of jax-js, at any depth',
    fix: array ? 'pass `{ weight: array }`, and take the new array out of it' : 'pass plain objects and arrays',
  });
}
