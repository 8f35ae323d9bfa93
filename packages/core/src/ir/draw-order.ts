import type { Shape } from './shape.js';

/**
 * How a parameter's elements are drawn when not as they lie: the law speaks of a tensor of the same elements whose axes
 * stand in another order, and which is transposed into the parameter afterwards.
 */
export interface DrawOrder {
  /** The parameter's axes in the order of the drawn tensor's, as NumPy's `transpose` takes them. */
  readonly axes: readonly number[];
  /** Equal parts of one axis of the parameter that are drawn in another order: the parameter's part of each drawn one. */
  readonly slices?: { readonly axis: number; readonly parts: readonly number[] };
}

/** Shape of the tensor that is drawn. */
export function drawnShape(shape: Shape, order: DrawOrder | undefined): Shape {
  return order === undefined ? shape : order.axes.map((axis) => shape[axis] ?? 0);
}

/** True when every element of a parameter of that shape is drawn once: what plans from elsewhere are asked. */
export function isDrawOrder(order: DrawOrder, shape: Shape): boolean {
  if (typeof order !== 'object' || order === null) return false;
  const { axes, slices } = order;
  if (!isPermutation(axes, shape.length)) return false;
  if (slices === undefined) return true;
  const extent = shape[slices.axis];
  if (extent === undefined || !Array.isArray(slices.parts)) return false;
  return isPermutation(slices.parts, slices.parts.length) && extent % slices.parts.length === 0;
}

function isPermutation(numbers: readonly number[], length: number): boolean {
  if (!Array.isArray(numbers) || numbers.length !== length) return false;
  return numbers.every((_, index) => numbers.includes(index));
}
