import type { DrawOrder } from '../ir/draw-order.js';
import { elementCount, type Shape } from '../ir/shape.js';

/** Offsets that are kept for the innermost axes together. */
const INNER_OFFSETS = 1 << 16;

/** Puts the elements of a tensor, in the order in which they are drawn, where they lie in the parameter. */
export class Placement {
  /** Where the drawn tensor's element `o * inner.length + i` lies: at `outer[o] + inner[i]`. */
  readonly #outer: Uint32Array;
  readonly #inner: Uint32Array;

  constructor(shape: Shape, order: DrawOrder) {
    const axes = order.axes.map((axis) => axisOffsets(axis, shape, order));
    let inner: Uint32Array = axes.pop() ?? new Uint32Array(1);
    while ((axes.at(-1)?.length ?? Number.POSITIVE_INFINITY) * inner.length <= INNER_OFFSETS) {
      inner = sums(axes.pop() ?? new Uint32Array(1), inner);
    }
    this.#inner = inner;
    this.#outer = axes.reduce(sums, new Uint32Array(1));
  }

  /**
   * @param drawn elements from `first` on, as they were drawn.
   * @param parameter all of the parameter, in memory of its own.
   * @param size bytes of an element.
   */
  put(
    drawn: Uint8Array,
    parameter: Uint8Array,
    { first, size }: { readonly first: number; readonly size: number },
  ): void {
    const from = elementsOf(drawn, size);
    const to = elementsOf(parameter, size);
    const inner = this.#inner;
    let outer = Math.floor(first / inner.length);
    let start = first % inner.length;
    for (let at = 0; at < from.length; outer += 1) {
      const base = this.#outer[outer] ?? 0;
      const count = Math.min(inner.length - start, from.length - at);
      scatter({ from, at, count }, { to, base, inner, start });
      at += count;
      start = 0;
    }
  }
}

type Elements = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** The inner loop. The casts say that an index below the length finds an element; a check costs a third of the speed. */
function scatter(
  { from, at, count }: { readonly from: Elements; readonly at: number; readonly count: number },
  {
    to,
    base,
    inner,
    start,
  }: { to: Elements; readonly base: number; readonly inner: Uint32Array; readonly start: number },
): void {
  for (let i = 0; i < count; i += 1) to[base + (inner[start + i] as number)] = from[at + i] as number & bigint;
}

/** Bits are moved, whatever they mean: a float's NaN stays the one that it is. */
function elementsOf(bytes: Uint8Array, size: number): Elements {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const length = byteLength / size;
  if (size === 1) return new Uint8Array(buffer, byteOffset, length);
  if (size === 2) return new Uint16Array(buffer, byteOffset, length);
  return size === 4 ? new Uint32Array(buffer, byteOffset, length) : new BigUint64Array(buffer, byteOffset, length);
}

/** Where each index of one of the parameter's axes lies, in the order in which they are drawn. */
function axisOffsets(axis: number, shape: Shape, { slices }: DrawOrder): Uint32Array {
  const extent = shape[axis] ?? 0;
  const stride = elementCount(shape.slice(axis + 1));
  const parts = slices?.axis === axis ? slices.parts : [0];
  const part = extent / parts.length;
  return Uint32Array.from({ length: extent }, (_, drawn) => {
    const within = drawn % part;
    return ((parts[(drawn - within) / part] ?? 0) * part + within) * stride;
  });
}

/** Every sum of two offsets, the second ones fastest. */
function sums(slow: Uint32Array, fast: Uint32Array): Uint32Array {
  const all = new Uint32Array(slow.length * fast.length);
  let at = 0;
  for (const a of slow) for (const b of fast) all[at++] = a + b;
  return all;
}
