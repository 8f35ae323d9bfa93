import { elementCount, type Shape } from '@incipit/core';
import { copyElements } from './copy-elements.js';

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

/** Elements along each of two axes that are moved together: what was read with the first of them is still in the cache. */
const TILE = 16;
/** Axes that planes are made of for less than what they save; what has more is hostile, mostly. */
const MAX_TILED = 4;

/** The elements in row-major order. Everything that the layout reaches must lie in `bytes`. */
export function stridedCopy(bytes: Uint8Array, { shape, strides, offset, itemBytes }: StridedLayout): Uint8Array {
  const out = new Uint8Array(elementCount(shape) * itemBytes);
  if (out.byteLength === 0) return out;
  const move = mover(bytes, out, itemBytes);
  const axes = shape.map((extent, axis) => ({ extent, from: strides[axis] ?? 0 }));
  const outStrides = contiguousStrides(shape);
  const sized = axes.map((axis, index) => ({ ...axis, to: outStrides[index] ?? 1 })).filter(({ extent }) => extent > 1);
  if (sized.length > MAX_TILED) {
    copyElements({ bytes, strides, offset }, { bytes: out, strides: outStrides, offset: 0 }, { shape, itemBytes });
    return out;
  }
  const last = sized.pop() ?? ONE;
  // A plane has the axis whose elements lie closest together there, and the one whose elements do here.
  const closest = sized.reduce((best, axis) => (axis.from < best.from ? axis : best), sized[0] ?? ONE);
  const others = sized.filter((axis) => axis !== closest);
  const [rows, columns] = last.extent < Math.min(TILE, closest.extent) ? [last, closest] : [closest, last];
  for (const [from, to] of places(others, offset)) movePlane({ rows, columns, from, to }, move);
  return out;
}

/** One axis: its extent, and the steps from one element to the next on either side. */
interface Axis {
  readonly extent: number;
  readonly from: number;
  readonly to: number;
}

const ONE: Axis = { extent: 1, from: 0, to: 0 };

interface Plane {
  readonly rows: Axis;
  readonly columns: Axis;
  readonly from: number;
  readonly to: number;
}

/** Moves elements one after the other along an axis. */
type Move = (from: number, to: number, axis: Axis, count: number) => void;

function movePlane({ rows, columns, from, to }: Plane, move: Move): void {
  for (let column = 0; column < columns.extent; column += TILE) {
    const width = Math.min(TILE, columns.extent - column);
    const start = from + column * columns.from;
    const place = to + column * columns.to;
    for (let row = 0; row < rows.extent; row++) move(start + row * rows.from, place + row * rows.to, columns, width);
  }
}

/** Where each plane starts, on either side. */
function* places(axes: readonly Axis[], offset: number): Iterable<readonly [from: number, to: number]> {
  const [axis, ...inner] = axes;
  if (axis === undefined) {
    yield [offset, 0];
    return;
  }
  for (let index = 0; index < axis.extent; index++) {
    for (const [from, to] of places(inner, offset)) yield [from + index * axis.from, to + index * axis.to];
  }
}

const WORDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

/** Moves elements as numbers of their size, those of 8 bytes as two. */
function mover(bytes: Uint8Array, out: Uint8Array, itemBytes: number): Move {
  const wordBytes = itemBytes === 2 || itemBytes === 4 ? itemBytes : itemBytes === 8 ? 4 : 1;
  const words = itemBytes / wordBytes;
  const aligned = bytes.byteOffset % wordBytes === 0 ? bytes : bytes.slice();
  const View = WORDS[wordBytes];
  const source = new View(
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    Math.floor(aligned.byteLength / wordBytes),
  );
  const target = new View(out.buffer as ArrayBuffer);
  return (from, to, axis, count) => {
    const fromStep = axis.from * words;
    const toStep = axis.to * words;
    for (let word = 0; word < words; word++) {
      let at = from * words + word;
      let place = to * words + word;
      for (let k = 0; k < count; k++, at += fromStep, place += toStep) target[place] = source[at] ?? 0;
    }
  };
}

/** Turns the bytes of each element round, in place. */
export function swapBytes(bytes: Uint8Array, itemBytes: number): Uint8Array {
  for (let start = 0; start + itemBytes <= bytes.byteLength; start += itemBytes) {
    for (let [low, high] = [start, start + itemBytes - 1]; low < high; low++, high--) {
      const byte = bytes[low] ?? 0;
      bytes[low] = bytes[high] ?? 0;
      bytes[high] = byte;
    }
  }
  return bytes;
}
