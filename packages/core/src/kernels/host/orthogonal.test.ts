import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lower } from '../lower.js';
import { fillReference } from '../reference/fill-reference.js';
import { identityMatrix } from './identity.js';
import { orthogonalMatrix } from './orthogonal.js';

const test = suite('orthogonal');

function gaussian(count: number): Float32Array {
  const out = new Float32Array(count);
  const call = lower({ kind: 'normal', mean: 0, std: 1 }, 'float32', '00000000000000ff');
  fillReference(call, new Uint8Array(out.buffer), 0);
  return out;
}

/** Dot product of two rows, or of two columns. */
function product(matrix: Float64Array, columns: number, [a, b]: readonly [number, number], byRow: boolean): number {
  const length = byRow ? columns : matrix.length / columns;
  let sum = 0;
  for (let k = 0; k < length; k += 1) {
    const [i, j] = byRow ? [a * columns + k, b * columns + k] : [k * columns + a, k * columns + b];
    sum += (matrix[i] ?? 0) * (matrix[j] ?? 0);
  }
  return sum;
}

const SHAPES = [
  [1, 1],
  [2, 2],
  [5, 3],
  [3, 5],
  [64, 64],
  [200, 40],
  [40, 200],
  [1, 7],
  [7, 1],
] as const;
for (const [rows, columns] of SHAPES) {
  const wide = rows < columns;
  test(`a ${rows} × ${columns} matrix has orthonormal ${wide ? 'rows' : 'columns'}, times the gain`, () => {
    const matrix = orthogonalMatrix({ gain: 1.5, rows, columns }, gaussian(rows * columns));
    assert.is(matrix.length, rows * columns);
    const rank = Math.min(rows, columns);
    for (let a = 0; a < rank; a += 1) {
      for (let b = a; b < rank; b += 1) {
        const expected = a === b ? 2.25 : 0;
        assert.ok(Math.abs(product(matrix, columns, [a, b], wide) - expected) < 1e-13, `${a}, ${b}`);
      }
    }
  });
}

test('R has a positive diagonal: each vector leans towards the Gaussian one that it came from', () => {
  for (const [rows, columns] of [
    [9, 6],
    [6, 9],
    [1, 1],
  ] as const) {
    const source = gaussian(rows * columns);
    const matrix = orthogonalMatrix({ gain: 1, rows, columns }, source);
    const rank = Math.min(rows, columns);
    for (let k = 0; k < rank; k += 1) {
      let dot = 0;
      for (let i = 0; i < Math.max(rows, columns); i += 1) {
        const at = rows < columns ? k * columns + i : i * columns + k;
        dot += (matrix[at] ?? 0) * (source[at] ?? 0);
      }
      assert.ok(dot > 0, `vector ${k} of ${rows} × ${columns}`);
    }
  }
});

test('the first column is the first Gaussian column, normalised', () => {
  const matrix = orthogonalMatrix({ gain: 1, rows: 2, columns: 2 }, [3, 1, 4, 2]);
  assert.ok(Math.abs((matrix[0] ?? 0) - 0.6) < 1e-15 && Math.abs((matrix[2] ?? 0) - 0.8) < 1e-15);
  // The second is what is left of (1, 2), on the side where it lies.
  assert.ok(Math.abs((matrix[1] ?? 0) + 0.8) < 1e-15 && Math.abs((matrix[3] ?? 0) - 0.6) < 1e-15);
});

test('the identity is cut to the shape', () => {
  assert.equal([...identityMatrix({ gain: 2, rows: 2, columns: 3 })], [2, 0, 0, 0, 2, 0]);
  assert.equal([...identityMatrix({ gain: 1, rows: 3, columns: 1 })], [1, 0, 0]);
});

test.run();
