import { elementCount, type Shape } from '@incipit/core';

/** How a tensor lies in memory; in elements. */
export interface StridedLayout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  /** Of the first element. */
  readonly offset: number;
  readonly itemBytes: number;
}

/** Strides of a tensor that lies row by row (or column by column, as Fortran has it). */
export function contiguousStrides(shape: Shape, fortran = false): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  let stride = 1;
  for (let step = 0; step < shape.length; step++) {
    const axis = fortran ? step : shape.length - 1 - step;
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** Whether these strides are those of row-major order; the stride of an axis of extent 1 does not matter. */
export function isRowMajor(shape: Shape, strides: readonly number[]): boolean {
  const expected = contiguousStrides(shape);
  return shape.every((extent, axis) => extent === 1 || strides[axis] === expected[axis]) || elementCount(shape) === 0;
}

/** Elements from the first to one past the last that the layout touches, from `offset` on. */
export function reach({ shape, strides }: Pick<StridedLayout, 'shape' | 'strides'>): number {
  if (elementCount(shape) === 0) return 0;
  return 1 + shape.reduce((sum, extent, axis) => sum + (extent - 1) * (strides[axis] ?? 0), 0);
}

/** The elements in row-major order. Everything that the layout reaches must lie in `bytes`. */
export function stridedCopy(bytes: Uint8Array, layout: StridedLayout): Uint8Array {
  const { shape, strides, itemBytes } = layout;
  const out = new Uint8Array(elementCount(shape) * itemBytes);
  if (out.byteLength === 0) return out;
  const inner = shape.at(-1) ?? 1;
  const innerStep = (strides.at(-1) ?? 1) * itemBytes;
  const index = new Array<number>(Math.max(0, shape.length - 1)).fill(0);
  let from = layout.offset * itemBytes;
  let to = 0;
  while (to < out.byteLength) {
    for (let k = 0, at = from; k < inner; k++, at += innerStep) {
      for (let b = 0; b < itemBytes; b++) out[to++] = bytes[at + b] ?? 0;
    }
    for (let axis = index.length - 1; axis >= 0; axis--) {
      const step = (strides[axis] ?? 0) * itemBytes;
      index[axis] = (index[axis] ?? 0) + 1;
      from += step;
      if ((index[axis] ?? 0) < (shape[axis] ?? 1)) break;
      from -= step * (shape[axis] ?? 1);
      index[axis] = 0;
    }
  }
  return out;
}

/** Turns the bytes of each element round, in place. */
export function swapBytes(bytes: Uint8Array, itemBytes: number): Uint8Array {
  for (let at = 0; at + itemBytes <= bytes.byteLength; at += itemBytes) bytes.subarray(at, at + itemBytes).reverse();
  return bytes;
}
