import { AdapterError, type DType } from '@incipit/core';
import type { LeafKind } from '../holder-tree.js';
import type { Jax, JaxArray } from './structural-types.js';

const DTYPES: readonly string[] = ['float32', 'float16', 'float64', 'int32', 'uint32', 'bool'] satisfies DType[];

/** jax-js's arrays, as the leaves of a tree. */
export function jaxLeaf(jax: Jax): LeafKind<JaxArray> {
  const is = (value: unknown): value is JaxArray => value instanceof jax.numpy.Array;
  return {
    noun: 'array of jax-js',
    is,
    check(value: unknown, path: string): void {
      if (is(value)) assertAlive(value, path);
      else assertNoArray(value, path);
    },
    describe: (array: JaxArray, path: string) => {
      return { shape: [...array.shape], dtype: dtypeOf(array, path), trainable: true };
    },
  };
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

function dtypeOf({ dtype }: JaxArray, path: string): DType {
  if (DTYPES.includes(dtype)) return dtype as DType;
  throw new AdapterError({
    code: 'unknown-dtype',
    what: `The array has the dtype '${dtype}'`,
    path,
    expected: `one of ${DTYPES.join(', ')}`,
  });
}
