import { nearestNames } from '@incipit/registry';
import { AdapterError } from '../errors.js';
import { byteSize } from '../ir/dtype.js';
import { elementCount, formatShape, type Shape, sameShape } from '../ir/shape.js';
import type { TensorData, TensorPart } from './tensor-data.js';

/** What takes values: a parameter as its tree or its framework tells of it. */
export interface ValueTarget {
  readonly dtype: string;
  readonly shape: Shape;
}

/** Names that a message lists. */
const MOST_NAMES = 3;

/**
 * What an adapter holds under a path.
 *
 * @param known by every path of every parameter, aliases too.
 * @param model what was looked through, for the message: `the tfjs model`.
 * @throws AdapterError `unknown-parameter`, with the paths that come nearest.
 * @example parameterAt(variables, path, 'the tfjs model')
 */
export function parameterAt<Held>(known: ReadonlyMap<string, Held>, path: string, model: string): Held {
  const held = known.get(path);
  if (held !== undefined) return held;
  const paths = [...known.keys()];
  const near = nearestNames(path, paths);
  const some = (near.length > 0 ? near : paths).slice(0, MOST_NAMES);
  throw new AdapterError({
    code: 'unknown-parameter',
    what: `There is no parameter of this path in ${model}`,
    path,
    expected:
      some.length === 0 ? 'no path, for it has no parameters' : `a path of its tree, such as ${some.join(', ')}`,
  });
}

/** @throws AdapterError `wrong-tensor` unless dtype, shape and length are the parameter's. */
export function assertFits(target: ValueTarget, { dtype, shape, bytes }: TensorData, path: string): void {
  const needed = elementCount(shape) * byteSize(dtype);
  if (dtype === target.dtype && sameShape(shape, target.shape) && bytes.byteLength === needed) return;
  throw new AdapterError({
    code: 'wrong-tensor',
    what: `Values of ${dtype}${formatShape(shape)} in ${bytes.byteLength} bytes do not fit the parameter`,
    path,
    expected: `${target.dtype}${formatShape(target.shape)}`,
  });
}

/** A part of a parameter, to be written or read. */
type Part = Pick<TensorPart, 'offset' | 'bytes'> & Partial<Pick<TensorPart, 'dtype' | 'shape'>>;

/**
 * The byte of a parameter at which a part of it begins.
 *
 * @throws AdapterError `wrong-part` when it does not lie in the parameter, or is of another dtype or shape.
 */
export function startOfPart(target: ValueTarget & Pick<TensorData, 'dtype'>, part: Part, path: string): number {
  const { dtype = target.dtype, shape = target.shape, offset, bytes } = part;
  const size = byteSize(target.dtype);
  const start = offset * size;
  const isKind = dtype === target.dtype && sameShape(shape, target.shape);
  const isWhole = Number.isSafeInteger(offset) && offset >= 0 && bytes.byteLength % size === 0;
  if (isKind && isWhole && start + bytes.byteLength <= elementCount(target.shape) * size) return start;
  throw new AdapterError({
    code: 'wrong-part',
    what: `${bytes.byteLength} bytes from element ${offset} on of ${dtype}${formatShape(shape)} do not fit the parameter`,
    path,
    expected: `whole elements of ${target.dtype}${formatShape(target.shape)}`,
  });
}
