import * as tf from '@tensorflow/tfjs';

const IMAGE = 24;
const CELL = 4;
const GRID = IMAGE / CELL;

/** Images with one bright square each, and what a perfect detector would say of them. */
export interface Squares {
  /** [n, 24, 24, 1]. */
  readonly images: tf.Tensor4D;
  /** [n, 6, 6, 1]: 1 in the cell that holds the square's centre. */
  readonly objectness: tf.Tensor4D;
  /** [n, 6, 6, 4]: centre, width and height in cells, where there is an object. */
  readonly boxes: tf.Tensor4D;
}

/** The same images always: positions and sizes follow from the image's number. */
export function makeSquares(count: number): Squares {
  const images = tf.buffer([count, IMAGE, IMAGE, 1]);
  const objectness = tf.buffer([count, GRID, GRID, 1]);
  const boxes = tf.buffer([count, GRID, GRID, 4]);
  for (let n = 0; n < count; n++) {
    const size = 4 + (n % 4);
    const [top, left] = [(7 * n) % (IMAGE - size), (11 * n + 3) % (IMAGE - size)];
    for (let y = top; y < top + size; y++) for (let x = left; x < left + size; x++) images.set(1, n, y, x, 0);
    const [cy, cx] = [(top + size / 2) / CELL, (left + size / 2) / CELL];
    const [row, column] = [Math.floor(cy), Math.floor(cx)];
    objectness.set(1, n, row, column, 0);
    for (const [k, value] of [cx - column, cy - row, size / CELL, size / CELL].entries()) {
      boxes.set(value, n, row, column, k);
    }
  }
  return {
    images: images.toTensor() as tf.Tensor4D,
    objectness: objectness.toTensor() as tf.Tensor4D,
    boxes: boxes.toTensor() as tf.Tensor4D,
  };
}
