import { AdapterError, assertFits, type DType, elementCount, type KeptValues, type TensorData } from '@incipit/core';
import type { Place } from '../holder-tree.js';
import { assertAlive } from './jax-leaf.js';
import type { Jax, JaxArray } from './structural-types.js';

/** An array's values, a copy. The array keeps its owners: `data` takes away the one that `ref` adds. */
export async function readLeaf(jax: Jax, places: readonly Place[], path: string): Promise<TensorData> {
  const array = liveArray(jax, places, path);
  const { buffer, byteOffset, byteLength } = await array.ref.data();
  const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice();
  const dtype = array.dtype as DType;
  // jax-js holds a bool in 32 bits.
  return {
    dtype,
    shape: [...array.shape],
    bytes: dtype === 'bool' ? Uint8Array.from(new Int32Array(bytes.buffer)) : bytes,
  };
}

/** Puts a new array in the old one's places and lets the old one go. */
export function writeLeaf(jax: Jax, places: readonly Place[], path: string, data: TensorData): void {
  const old = liveArray(jax, places, path);
  assertFits(old, data, path);
  assertWritable(places, path);
  // jax-js cannot make an array of nothing from values, and there is nothing to write.
  if (elementCount(data.shape) > 0) replace(places, old, makeArray(jax, old, data));
}

/** Keeps an array by owning it: nothing is copied. */
export function keepLeaf(jax: Jax, places: readonly Place[], path: string): KeptValues {
  const kept = liveArray(jax, places, path).ref;
  return {
    restore(): void {
      const current = liveArray(jax, places, path);
      // The owner that keeps becomes the tree's.
      if (current === kept) kept.dispose();
      else replace(places, current, kept);
    },
    release: (): void => kept.dispose(),
  };
}

function liveArray(jax: Jax, places: readonly Place[], path: string): JaxArray {
  const [place] = places;
  const array = place?.holder[place.key];
  if (array instanceof jax.numpy.Array) {
    assertAlive(array, path);
    return array;
  }
  throw new AdapterError({
    code: 'unknown-parameter',
    what: 'The tree does not hold an array here any more',
    path,
    fix: 'leave the tree alone while it is initialised',
  });
}

/** Each place owns the array once, as in any tree of jax-js; `fresh` comes with one owner. */
function replace(places: readonly Place[], old: JaxArray, fresh: JaxArray): void {
  for (const [index, { holder, key }] of places.entries()) {
    holder[key] = index === 0 ? fresh : fresh.ref;
    // Who put it in two places without `ref` owns it once only.
    if (old.refCount > 0) old.dispose();
  }
}

function makeArray(jax: Jax, old: JaxArray, { bytes, shape }: TensorData): JaxArray {
  // Naming a device binds an array to it, and it then mixes with no array of another device.
  const device = old.device === jax.defaultDevice() ? {} : { device: old.device };
  const options = { shape: [...shape], dtype: old.dtype, ...device };
  return jax.numpy.array(typedArray(bytes, old.dtype) as never, options as never);
}

function typedArray(bytes: Uint8Array, dtype: string): ArrayBufferView {
  if (dtype === 'bool') return Int32Array.from(bytes);
  const { buffer } = Uint8Array.from(bytes);
  if (dtype === 'int32') return new Int32Array(buffer);
  if (dtype === 'uint32') return new Uint32Array(buffer);
  if (dtype === 'float64') return new Float64Array(buffer);
  return dtype === 'float16' ? float16Array(buffer) : new Float32Array(buffer);
}

function float16Array(buffer: ArrayBufferLike): ArrayBufferView {
  const { Float16Array: Kind } = globalThis as { readonly Float16Array?: new (of: ArrayBufferLike) => ArrayBufferView };
  if (Kind !== undefined) return new Kind(buffer);
  throw new AdapterError({
    code: 'unknown-dtype',
    what: 'This JavaScript engine has no Float16Array, which jax-js needs for float16',
    expected: 'Node.js 24 or a browser of 2025',
  });
}

function assertWritable(places: readonly Place[], path: string): void {
  const fixed = places.some(({ holder, key }) => Object.getOwnPropertyDescriptor(holder, key)?.writable !== true);
  if (!fixed) return;
  throw new AdapterError({
    code: 'frozen-tree',
    what: 'The tree is frozen, and arrays of jax-js cannot be changed where they lie',
    path,
    expected: 'a tree whose leaves can be replaced',
    fix: 'pass a copy: `jax.tree.map((array) => array.ref, tree)`',
  });
}
