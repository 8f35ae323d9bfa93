import type { Layout } from './layout.js';

/** Columns `[first, end)` of a layout, `stride` apart in `numbers`. */
export interface Columns {
  readonly first: number;
  readonly end: number;
  readonly stride: number;
  readonly numbers: Float32Array;
}

/** Takes columns out of a matrix; what lies between and behind them stays as it is. */
export function readColumns({ height, width, wide }: Layout, matrix: Float32Array, into: Columns): void {
  const { first, end, stride, numbers } = into;
  if (wide) {
    for (let j = first; j < end; j += 1) {
      numbers.set(matrix.subarray(j * height, (j + 1) * height), (j - first) * stride);
    }
    return;
  }
  for (let i = 0; i < height; i += 1) {
    for (let j = first; j < end; j += 1) numbers[(j - first) * stride + i] = matrix[i * width + j] as number;
  }
}

/** Puts columns, each times its own of `scales`, into a matrix. */
export function writeColumns(layout: Layout, matrix: Float32Array, from: Columns, scales: Float32Array): void {
  const { height, width, wide } = layout;
  const { first, end, stride, numbers } = from;
  if (wide) {
    for (let j = first; j < end; j += 1) {
      const scale = scales[j - first] as number;
      const column = numbers.subarray((j - first) * stride, (j - first) * stride + height);
      for (let i = 0; i < height; i += 1) matrix[j * height + i] = scale * (column[i] as number);
    }
    return;
  }
  for (let i = 0; i < height; i += 1) {
    for (let j = first; j < end; j += 1) {
      matrix[i * width + j] = (scales[j - first] as number) * (numbers[(j - first) * stride + i] as number);
    }
  }
}
