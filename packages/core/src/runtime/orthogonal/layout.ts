import type { OrthogonalLaw } from '../../ir/law.js';

/** Columns of a block, but for the last: the reflections that are applied at once. */
export const BLOCK = 64;

/** Numbers of rows and columns are filled up to multiples of this, as the kernels ask. */
const MULTIPLE = 8;

/** The matrix as it is factorised: no more columns than rows, which lie one after the other. */
export class Layout {
  readonly rows: number;
  readonly columns: number;
  /** Whether it is the transpose. */
  readonly wide: boolean;
  readonly height: number;
  readonly width: number;
  /** Multiples of eight, the rest being zeros. */
  readonly paddedHeight: number;
  readonly paddedWidth: number;
  /** From a column to the next. */
  readonly stride: number;
  readonly blocks: number;

  constructor({ rows, columns }: Pick<OrthogonalLaw, 'rows' | 'columns'>) {
    this.rows = rows;
    this.columns = columns;
    this.wide = rows < columns;
    this.height = Math.max(rows, columns);
    this.width = Math.min(rows, columns);
    this.paddedHeight = roundUp(this.height, MULTIPLE);
    this.paddedWidth = roundUp(this.width, MULTIPLE);
    // A line more: columns a power of two apart would fall on the same lines of the cache.
    this.stride = roundUp(this.paddedHeight, 2 * MULTIPLE) + 2 * MULTIPLE;
    this.blocks = Math.ceil(this.paddedWidth / BLOCK);
  }

  /** Columns of a block. */
  widthOf(block: number): number {
    return Math.min(BLOCK, this.paddedWidth - block * BLOCK);
  }

  /** Rows that the reflections of a block change: those from its first column's diagonal on. */
  heightOf(block: number): number {
    return this.paddedHeight - block * BLOCK;
  }
}

function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}
