/** Extents of a tensor, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements; 1 for a scalar. May exceed 2^53 and lose exactness: callers bound it first. */
export function elementCount(shape: Shape): number {
  let product = 1;
  // Every parameter is counted often, and an iterator costs more than the product.
  for (let axis = 0; axis < shape.length; axis += 1) product *= shape[axis] ?? 1;
  return product;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** `[3, 3, 64, 128]` */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
