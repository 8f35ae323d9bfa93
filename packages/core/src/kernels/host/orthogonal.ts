import type { OrthogonalLaw } from '../../ir/law.js';

/**
 * A `rows` × `columns` matrix with orthonormal columns (or rows, when there are fewer of them), times `gain`.
 *
 * The Q of a Gaussian matrix's QR factorisation by Householder reflections, its columns' signs chosen so that the
 * diagonal of R is positive, which makes Q uniform over the orthogonal matrices (Mezzadri, 2007); a matrix with fewer
 * rows than columns is factorised transposed. float64 with sums in a fixed order: the same bits in every engine.
 *
 * @param gaussian at least `rows * columns` standard normal values, element i of the matrix at i, row-major.
 * @returns row-major.
 */
export function orthogonalMatrix(
  { gain, rows, columns }: Pick<OrthogonalLaw, 'gain' | 'rows' | 'columns'>,
  gaussian: ArrayLike<number>,
): Float64Array {
  const wide = rows < columns;
  const height = wide ? columns : rows;
  const width = wide ? rows : columns;
  // The tall matrix by columns, so that the inner loops run over contiguous memory.
  const tall: Float64Array[] = Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: height }, (_, i) => gaussian[wide ? j * columns + i : i * columns + j] ?? 0),
  );
  const signs = tall.map((column, k) => {
    const sign = makeReflector(column, k);
    for (const other of tall.slice(k + 1)) reflect(other, column, k);
    return sign;
  });
  const matrix = new Float64Array(rows * columns);
  for (let j = 0; j < width; j += 1) {
    const column = columnOfQ(tall, j, height);
    const factor = gain * (signs[j] ?? 1);
    for (let i = 0; i < height; i += 1) matrix[wide ? j * columns + i : i * columns + j] = factor * (column[i] ?? 0);
  }
  return matrix;
}

/**
 * Replaces a column from row `k` on by the vector v, |v|² = 2, whose reflection 1 - v vᵀ takes it to a multiple of the
 * k-th axis. Returns the sign of that multiple, a diagonal entry of R.
 */
function makeReflector(column: Float64Array, k: number): 1 | -1 {
  const head = column[k] ?? 0;
  const norm = Math.sqrt(dot(column, column, k));
  // Away from the head's own sign: nothing cancels.
  const sign = head > 0 ? -1 : 1;
  if (norm === 0) {
    column.fill(0, k);
    return 1;
  }
  const scale = 1 / Math.sqrt(norm * (norm + Math.abs(head)));
  for (let i = k; i < column.length; i += 1) column[i] = (column[i] ?? 0) * scale;
  column[k] = (head - sign * norm) * scale;
  return sign;
}

/** Applies the reflection 1 - v vᵀ to a column, from row `k` on. */
function reflect(column: Float64Array, v: Float64Array, k: number): void {
  addScaled(column, v, -dot(column, v, k), k);
}

/*
 * The two loops that take the time, four elements a turn. The casts say that an index below the length finds a number;
 * `?? 0` says the same at a third of the speed.
 */

/** `a += factor · b` from index `from` on. */
function addScaled(a: Float64Array, b: Float64Array, factor: number, from: number): void {
  let i = from;
  for (; i < b.length - 3; i += 4) {
    a[i] = (a[i] as number) + factor * (b[i] as number);
    a[i + 1] = (a[i + 1] as number) + factor * (b[i + 1] as number);
    a[i + 2] = (a[i + 2] as number) + factor * (b[i + 2] as number);
    a[i + 3] = (a[i + 3] as number) + factor * (b[i + 3] as number);
  }
  for (; i < b.length; i += 1) a[i] = (a[i] as number) + factor * (b[i] as number);
}

/** Four sums side by side, since one alone would wait for each addition; their order is part of the result. */
function dot(a: Float64Array, b: Float64Array, from: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = from;
  for (; i < b.length - 3; i += 4) {
    s0 += (a[i] as number) * (b[i] as number);
    s1 += (a[i + 1] as number) * (b[i + 1] as number);
    s2 += (a[i + 2] as number) * (b[i + 2] as number);
    s3 += (a[i + 3] as number) * (b[i + 3] as number);
  }
  for (; i < b.length; i += 1) s0 += (a[i] as number) * (b[i] as number);
  return s0 + s1 + (s2 + s3);
}

/** Column `j` of Q = H₀ H₁ …: the reflections of the j-th axis, those beyond j leaving it as it is. */
function columnOfQ(reflectors: readonly Float64Array[], j: number, height: number): Float64Array {
  const column = new Float64Array(height);
  column[j] = 1;
  for (let k = j; k >= 0; k -= 1) {
    const v = reflectors[k];
    if (v !== undefined) reflect(column, v, k);
  }
  return column;
}
