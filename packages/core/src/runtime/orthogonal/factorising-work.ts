import type { OrthogonalLaw } from '../../ir/law.js';

/** Work for which workers are started: 1024 × 1024. */
export const WORTH_STARTING_TO_FACTORISE: number = 1 << 30;

/** Multiplications that a matrix takes, but for a factor. */
export function factorisingWork({ rows, columns }: Pick<OrthogonalLaw, 'rows' | 'columns'>): number {
  return rows * columns * Math.min(rows, columns);
}
