import * as tf from '@tensorflow/tfjs';
import { makeSquares, type Squares } from './squares.js';

export interface TrainOptions {
  readonly steps: number;
  readonly learningRate: number;
  readonly images: number;
}

/** Trains on generated images. @returns the loss before each step. */
export function train(model: tf.LayersModel, options: TrainOptions): readonly number[] {
  const squares = makeSquares(options.images);
  const optimizer = tf.train.adam(options.learningRate);
  const losses: number[] = [];
  for (let step = 0; step < options.steps; step++) {
    const loss = optimizer.minimize(() => detectionLoss(model, squares), true);
    losses.push(loss?.dataSync()[0] ?? Number.NaN);
    loss?.dispose();
  }
  tf.dispose({ ...squares });
  optimizer.dispose();
  return losses;
}

/** Binary cross entropy of objectness, summed over an image's cells, and the boxes' absolute error at objects. */
function detectionLoss(model: tf.LayersModel, { images, objectness, boxes }: Squares): tf.Scalar {
  const [predicted, located] = model.apply(images, { training: true }) as tf.Tensor4D[];
  if (predicted === undefined || located === undefined) throw new Error('the detector gives objectness and boxes');
  const p = predicted.clipByValue(1e-6, 1 - 1e-6);
  const hits = objectness.mul(p.log());
  const misses = tf.sub(1, objectness).mul(tf.sub(1, p).log());
  const error = located.sub(boxes).abs().mul(objectness);
  return error.sum().sub(hits.add(misses).sum()).div(images.shape[0]);
}
