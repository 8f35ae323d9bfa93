import { explain, initialize } from '@incipit/core';
import { tfjs } from '@incipit/plugins/tfjs';
import * as tf from '@tensorflow/tfjs';

const model = tf.sequential({
  layers: [
    tf.layers.conv2d({ name: 'stem', inputShape: [28, 28, 1], filters: 16, kernelSize: 3, activation: 'relu' }),
    tf.layers.batchNormalization({ name: 'norm' }),
    tf.layers.flatten(),
    tf.layers.dense({ name: 'head', units: 10 }),
  ],
});

const report = await initialize(
  tfjs(tf, model),
  [
    { type: 'Kaiming', layer: 'Conv2d' },
    { type: 'Constant', layer: 'BatchNormalization', val: 1 },
    { type: 'Normal', layer: 'Linear', std: 0.01, bias_prob: 0.01 },
  ],
  { seed: 42 },
);

console.log(explain(report.plan));
