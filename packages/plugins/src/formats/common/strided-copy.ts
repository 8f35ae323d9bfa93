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

/** Moves whole elements: one of `from` at `at`, another every `step`, `count` in all, to `to` one after the other. */
type Gather = (at: number, step: number, to: number, count: number) => void;

/** The elements in row-major order. Everything that the layout reaches must lie in `bytes`. */
export function stridedCopy(bytes: Uint8Array, { shape, strides, offset, itemBytes }: StridedLayout): Uint8Array {
  const elements = elementCount(shape);
  const out = new Uint8Array(elements * itemBytes);
  if (elements === 0) return out;
  const gather = gatherer(bytes, out, itemBytes);
  const inner = shape.at(-1) ?? 1;
  const innerStep = strides.at(-1) ?? 1;
  const index = new Array<number>(Math.max(0, shape.length - 1)).fill(0);
  let from = offset;
  for (let to = 0; to < elements; to += inner) {
    gather(from, innerStep, to, inner);
    for (let axis = index.length - 1; axis >= 0; axis--) {
      const step = strides[axis] ?? 0;
      index[axis] = (index[axis] ?? 0) + 1;
      from += step;
      if ((index[axis] ?? 0) < (shape[axis] ?? 1)) break;
      from -= step * (shape[axis] ?? 1);
      index[axis] = 0;
    }
  }
  return out;
}

const WORDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

/** Moves elements as numbers of their size, those of 8 bytes as two. */
function gatherer(bytes: Uint8Array, out: Uint8Array, itemBytes: number): Gather {
  const wordBytes = itemBytes === 2 || itemBytes === 4 ? itemBytes : itemBytes === 8 ? 4 : 1;
  const words = itemBytes / wordBytes;
  const aligned = bytes.byteOffset % wordBytes === 0 ? bytes : bytes.slice();
  const View = WORDS[wordBytes];
  const from = new View(aligned.buffer as ArrayBuffer, aligned.byteOffset, Math.floor(aligned.byteLength / wordBytes));
  const target = new View(out.buffer as ArrayBuffer);
  if (words === 1) {
    return (start, step, to, count) => {
      for (let k = 0, at = start; k < count; k++, at += step) target[to + k] = from[at] ?? 0;
    };
  }
  return (start, step, to, count) => {
    for (let k = 0; k < count; k++) {
      for (let word = 0; word < words; word++) {
        target[(to + k) * words + word] = from[(start + k * step) * words + word] ?? 0;
      }
    }
  };
}

/** Turns the bytes of each element round, in place. */
export function swapBytes(bytes: Uint8Array, itemBytes: number): Uint8Array {
  for (let at = 0; at + itemBytes <= bytes.byteLength; at += itemBytes) bytes.subarray(at, at + itemBytes).reverse();
  return bytes;
}
