import { AdapterError, assertFits, elementCount, formatShape, type TensorData } from '@incipit/core';
import type { TorchTensor } from './structural-types.js';

/** A tensor's numbers, row by row, as float32. */
export function readTensor({ _data, shape }: TorchTensor, path: string): TensorData {
  const values = new Float32Array(elementCount(shape));
  const end = flatten(_data, shape, { values, at: 0, path });
  if (end !== values.length) throw broken(path, shape);
  return { dtype: 'float32', shape: [...shape], bytes: new Uint8Array(values.buffer) };
}

/** Replaces a tensor's numbers by new nested arrays, as js-pytorch's optimiser does. */
export function writeTensor(tensor: TorchTensor, path: string, data: TensorData): void {
  const { shape } = tensor;
  assertFits({ dtype: 'float32', shape }, data, path);
  // A copy, because the bytes may lie at an odd offset of a larger buffer.
  tensor._data = nest(new Float32Array(Uint8Array.from(data.bytes).buffer), shape);
}

interface Target {
  readonly values: Float32Array;
  readonly at: number;
  readonly path: string;
}

/** Copies one level and those below it. @returns the index after the last value. */
function flatten(data: unknown, shape: readonly number[], { values, at, path }: Target): number {
  const [extent, ...inner] = shape;
  if (!Array.isArray(data) || data.length !== extent) throw broken(path, shape);
  let next = at;
  for (const item of data as unknown[]) {
    if (inner.length > 0) next = flatten(item, inner, { values, at: next, path });
    else if (typeof item === 'number') values[next++] = item;
    else throw broken(path, shape);
  }
  return next;
}

function broken(path: string, shape: readonly number[]): AdapterError {
  return new AdapterError({
    code: 'broken-tensor',
    what: 'The arrays of the js-pytorch tensor do not have the shape that it tells',
    path,
    expected: `numbers in nested arrays of the shape ${formatShape(shape)}`,
    fix: 'make the tensor anew, with `torch.tensor` or its kin',
  });
}

function nest(values: Float32Array, shape: readonly number[]): unknown[] {
  const [extent = 1, ...inner] = shape;
  if (inner.length === 0) return Array.from(values);
  const size = elementCount(inner);
  return Array.from({ length: extent }, (_, index) => nest(values.subarray(index * size, (index + 1) * size), inner));
}
