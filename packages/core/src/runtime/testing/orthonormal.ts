/** The longer of rows and columns, each normally a unit vector. */
export function vectors(matrix: ArrayLike<number>, rows: number, columns: number): Float64Array[] {
  const wide = rows < columns;
  return Array.from({ length: Math.min(rows, columns) }, (_, j) =>
    Float64Array.from(
      { length: Math.max(rows, columns) },
      (_, i) => matrix[wide ? j * columns + i : i * columns + j] ?? Number.NaN,
    ),
  );
}

/** The largest entry of |VᵀV - 1|. */
export function deviation(all: readonly Float64Array[]): number {
  let worst = 0;
  for (const [a, x] of all.entries()) {
    for (const [b, y] of all.entries()) {
      if (b < a) continue;
      let sum = a === b ? -1 : 0;
      for (let i = 0; i < x.length; i += 1) sum += (x[i] as number) * (y[i] as number);
      worst = Math.max(worst, Math.abs(sum));
    }
  }
  return worst;
}

/** The longest difference of two vectors. */
export function distance(all: readonly Float64Array[], others: readonly Float64Array[]): number {
  return Math.max(...all.map((x, j) => Math.hypot(...x.map((value, i) => value - (others[j]?.[i] ?? Number.NaN)))));
}
