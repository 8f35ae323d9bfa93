import type { MatrixPlace } from '../../ir/law.js';
import { elementCount } from '../../ir/shape.js';

/** A parameter, row-major, with a row-major matrix at its place and zeros elsewhere. */
export function placeMatrix(matrix: ArrayLike<number>, place: MatrixPlace): Float32Array {
  const parameter = new Float32Array(elementCount(place.shape));
  const strides = place.shape.map((_, axis) => elementCount(place.shape.slice(axis + 1)));
  const middle = place.shape.reduce((sum, extent, axis) => {
    const listed = place.rows.includes(axis) || place.columns.includes(axis);
    return listed ? sum : sum + Math.floor((extent - 1) / 2) * (strides[axis] ?? 0);
  }, 0);
  const columns = offsets(place.columns, place, strides);
  let at = 0;
  for (const row of offsets(place.rows, place, strides)) {
    for (const column of columns) {
      parameter[middle + row + column] = matrix[at] ?? 0;
      at += 1;
    }
  }
  return parameter;
}

/** Where each index over some axes, the last one fastest, lies in the parameter. */
function offsets(axes: readonly number[], { shape }: MatrixPlace, strides: readonly number[]): readonly number[] {
  return axes.reduce<readonly number[]>(
    (starts, axis) =>
      starts.flatMap((start) => Array.from({ length: shape[axis] ?? 0 }, (_, i) => start + i * (strides[axis] ?? 0))),
    [0],
  );
}
