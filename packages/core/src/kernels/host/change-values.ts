import type { CopyChange } from '../../ir/law.js';
import { elementCount, type Shape } from '../../ir/shape.js';
import { resizeGrid } from './resize-grid.js';

/** What is computed, not moved. */
export type ValueChange = Exclude<CopyChange, { readonly kind: 'permute' }>;

/** Colours that a photograph's network takes. */
const COLOURS = 3;

/** A tensor after its changes; only + - * / are used, so that every engine computes the same. */
export function changeValues(values: Float64Array, shape: Shape, changes: readonly ValueChange[]): Float64Array {
  let extents = [...shape];
  let out = values;
  for (const change of changes) {
    if (change.kind === 'resize-grid') {
      out = resizeGrid(out, change);
      const rows = change.extra + change.to[0] * change.to[1];
      extents = [rows, out.length / rows];
      continue;
    }
    const { axis } = change;
    const view: AxisView = {
      outer: elementCount(extents.slice(0, axis)),
      extent: extents[axis] ?? 1,
      inner: elementCount(extents.slice(axis + 1)),
    };
    const extent = change.kind === 'sum-inputs' ? view.extent / COLOURS : change.extent;
    out = change.kind === 'sum-inputs' ? sumByThree(out, view) : repeatThree(out, view, extent);
    extents[axis] = extent;
  }
  return out;
}

/** A tensor as its one axis sees it. */
interface AxisView {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

function sumByThree(values: Float64Array, { outer, extent, inner }: AxisView): Float64Array {
  const groups = extent / COLOURS;
  const out = new Float64Array(outer * groups * inner);
  for (let row = 0; row < outer * groups; row += 1) {
    for (let column = 0; column < inner; column += 1) {
      const at = row * COLOURS * inner + column;
      out[row * inner + column] = (values[at] ?? 0) + (values[at + inner] ?? 0) + (values[at + 2 * inner] ?? 0);
    }
  }
  return out;
}

function repeatThree(values: Float64Array, { outer, inner }: AxisView, extent: number): Float64Array {
  const out = new Float64Array(outer * extent * inner);
  for (let block = 0, at = 0; block < outer; block += 1) {
    for (let input = 0; input < extent; input += 1) {
      const from = (block * COLOURS + (input % COLOURS)) * inner;
      for (let column = 0; column < inner; column += 1, at += 1) {
        out[at] = ((values[from + column] ?? 0) * COLOURS) / extent;
      }
    }
  }
  return out;
}
