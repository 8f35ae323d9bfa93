// A tree for the cases of adapters, in Node and in a page.
import type { Adapter } from '@incipit/core';
import type * as Jax from '@jax-js/jax';
import { type JaxJsOptions, jaxJs } from '../adapter.js';

export const TREE_OPTIONS: JaxJsOptions = {
  axes: { 'conv.w': ['out', 'in', 'spatial', 'spatial'], '**.w': ['in', 'out'], '**.b': ['elementwise'] },
  types: { conv: ['Conv2d', '_ConvNd'], 'layers.*': 'Linear' },
};

/** What {@link makeTree} gives. */
export interface AdapterTree {
  readonly conv: { w: Jax.Array };
  readonly layers: readonly { w: Jax.Array; b: Jax.Array }[];
  tied: Jax.Array;
  readonly extra: object;
  scalar: Jax.Array;
  empty: Jax.Array;
}

/** Tied arrays, all dtypes, odd names, a scalar and an array without elements. */
export function makeTree({ numpy: np }: typeof Jax): AdapterTree {
  const tied = np.zeros([4, 4]);
  const layers = [
    { w: tied, b: np.zeros([4]) },
    { w: np.ones([4, 2]), b: np.array([1, 2]) },
  ];
  const extra = {
    'a.b': np.array([1, 2, 3], { dtype: np.int32 }),
    'ключ \\ 名': np.array([4, 5], { dtype: np.uint32 }),
    flags: np.array([true, false]),
    none: null,
  };
  const conv = { w: np.zeros([3, 2, 3, 3]) };
  return { conv, layers, tied: tied.ref, extra, scalar: np.array(3), empty: np.zeros([0, 3]) };
}

/** What the cases are run on, on the device that is the default. */
export function makeAdapter(jax: typeof Jax): Adapter {
  return jaxJs(jax, makeTree(jax), TREE_OPTIONS);
}
