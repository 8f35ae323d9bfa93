import { elementCount, type Shape } from '@incipit/core';

/** Memory, and how elements lie in it; in elements. */
export interface StridedBytes {
  readonly bytes: Uint8Array;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Copies every element of a shape. Everything that the layouts reach must lie in their bytes. */
export function copyElements(
  source: StridedBytes,
  target: StridedBytes,
  { shape, itemBytes }: { readonly shape: Shape; readonly itemBytes: number },
): void {
  if (elementCount(shape) === 0) return;
  if (itemBytes === 8) {
    // Elements of 8 bytes are two of 4.
    copyElements(halved(source), halved(target), { shape: [...shape, 2], itemBytes: 4 });
    return;
  }
  const from = elements(source.bytes, itemBytes);
  const out = elements(target.bytes, itemBytes);
  copyAxes(fewestAxes(shape, source.strides, target.strides), {
    from,
    out,
    start: source.offset,
    to: target.offset,
  });
}

type Elements = Uint8Array | Uint16Array | Uint32Array;

/** @param bytes those of an array's start, or a multiple of the elements' size from it. */
function elements(bytes: Uint8Array, itemBytes: number): Elements {
  const { buffer, byteOffset, byteLength } = bytes;
  if (itemBytes === 4) return new Uint32Array(buffer, byteOffset, Math.floor(byteLength / 4));
  return itemBytes === 2 ? new Uint16Array(buffer, byteOffset, Math.floor(byteLength / 2)) : bytes;
}

function halved({ bytes, strides, offset }: StridedBytes): StridedBytes {
  return { bytes, strides: [...strides.map((step) => 2 * step), 1], offset: 2 * offset };
}

interface Axis {
  extent: number;
  fromStep: number;
  toStep: number;
}

/** The same elements with as few axes as possible: what a loop costs is spread over more of them. */
function fewestAxes(shape: Shape, from: readonly number[], to: readonly number[]): readonly Axis[] {
  const axes: Axis[] = [];
  for (const [position, extent] of shape.entries()) {
    if (extent === 1) continue;
    const [fromStep, toStep] = [from[position] ?? 0, to[position] ?? 0];
    const last = axes.at(-1);
    if (last !== undefined && last.fromStep === extent * fromStep && last.toStep === extent * toStep) {
      Object.assign(last, { extent: last.extent * extent, fromStep, toStep });
    } else axes.push({ extent, fromStep, toStep });
  }
  // The longest in the inner loop; in which order elements are copied does not matter.
  const longest = axes.reduce((best, axis, at) => (axis.extent > (axes[best]?.extent ?? 0) ? at : best), 0);
  return [...axes.slice(0, longest), ...axes.slice(longest + 1), ...axes.slice(longest, longest + 1)];
}

interface Run {
  readonly from: Elements;
  readonly out: Elements;
  readonly start: number;
  readonly to: number;
}

/** Rows that are shorter are copied one by one faster than by the engine. */
const SHORT_ROW = 16;
/** Elements of inner axes, if they are short, whose places are computed once. */
const MAX_TABLE = 4096;

function copyAxes(axes: readonly Axis[], { from, out, start, to }: Run): void {
  let split = Math.max(0, axes.length - 1);
  let count = axes[split]?.extent ?? 1;
  for (let next = axes[split - 1]; next !== undefined && count * next.extent <= MAX_TABLE; next = axes[split - 1]) {
    split -= 1;
    count *= next.extent;
  }
  const inner = axes.slice(split);
  const copy = inner.length > 1 ? tableCopy(inner, from, out) : rowCopy(inner[0] ?? ONE, from, out);
  visitOuter(axes.slice(0, split), start, to, copy);
}

const ONE: Axis = { extent: 1, fromStep: 1, toStep: 1 };

type Copy = (read: number, write: number) => void;

function rowCopy({ extent, fromStep, toStep }: Axis, from: Elements, out: Elements): Copy {
  if (fromStep === 1 && toStep === 1 && extent >= SHORT_ROW) {
    return (read, write) => out.set(from.subarray(read, read + extent), write);
  }
  return (read, write) => {
    for (let k = 0, r = read, w = write; k < extent; k++, r += fromStep, w += toStep) out[w] = from[r] ?? 0;
  };
}

function tableCopy(axes: readonly Axis[], from: Elements, out: Elements): Copy {
  const reads = places(axes.map(({ extent, fromStep }) => [extent, fromStep]));
  const writes = places(axes.map(({ extent, toStep }) => [extent, toStep]));
  return (read, write) => {
    for (let k = 0; k < reads.length; k++) out[write + (writes[k] ?? 0)] = from[read + (reads[k] ?? 0)] ?? 0;
  };
}

/** Where the elements of a few axes are, from the first. */
function places(axes: readonly (readonly [extent: number, step: number])[]): readonly number[] {
  let all = [0];
  for (const [extent, step] of axes) {
    all = all.flatMap((place) => Array.from({ length: extent }, (_, k) => place + k * step));
  }
  return all;
}

function visitOuter(axes: readonly Axis[], start: number, to: number, copy: Copy): void {
  const index = new Array<number>(axes.length).fill(0);
  let [read, write] = [start, to];
  for (;;) {
    copy(read, write);
    let level = axes.length - 1;
    for (; level >= 0; level--) {
      const { extent, fromStep, toStep } = axes[level] ?? ONE;
      const next = (index[level] ?? 0) + 1;
      read += fromStep;
      write += toStep;
      index[level] = next;
      if (next < extent) break;
      read -= fromStep * extent;
      write -= toStep * extent;
      index[level] = 0;
    }
    if (level < 0) return;
  }
}
