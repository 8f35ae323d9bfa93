import { elementCount, type Shape } from '../../ir/shape.js';

/** Axes of a row-major tensor in another order: axis i of the result is axis `order[i]`. Elements stay what they are. */
export function permuteElements(
  bytes: Uint8Array,
  size: number,
  { shape, order }: { readonly shape: Shape; readonly order: readonly number[] },
): Uint8Array {
  const strides: number[] = [];
  for (let axis = shape.length - 1, stride = 1; axis >= 0; axis -= 1) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  const extents = order.map((axis) => shape[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 0);
  const out = new Uint8Array(elementCount(shape) * size);
  const source = elementsOf(bytes, size);
  const target = elementsOf(out, size);
  const index = new Array<number>(order.length).fill(0);
  for (let at = 0, from = 0; at < target.length; at += 1) {
    target[at] = source[from] ?? target[at];
    for (let axis = order.length - 1; axis >= 0; axis -= 1) {
      const next = (index[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      if (next < (extents[axis] ?? 1)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      from -= next * (steps[axis] ?? 0);
    }
  }
  return out;
}

type Elements = { [index: number]: unknown; readonly length: number };

/** Elements as integers of their size: a NaN keeps its bits. */
function elementsOf(bytes: Uint8Array, size: number): Elements {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  if (size === 8) return new BigUint64Array(buffer, byteOffset, byteLength / size);
  if (size === 4) return new Uint32Array(buffer, byteOffset, byteLength / size);
  if (size === 2) return new Uint16Array(buffer, byteOffset, byteLength / size);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
