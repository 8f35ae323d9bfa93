import type { IdentityLaw } from '../../ir/law.js';

/** `gain` on the main diagonal of a `rows` × `columns` matrix, zero elsewhere, row-major. */
export function identityMatrix({ gain, rows, columns }: Pick<IdentityLaw, 'gain' | 'rows' | 'columns'>): Float64Array {
  const matrix = new Float64Array(rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i += 1) matrix[i * columns + i] = gain;
  return matrix;
}
