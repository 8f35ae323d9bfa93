// A model of every kind for the cases of adapters, in Node and in a page.
import type { Adapter } from '@incipit/core';
import type * as TensorFlow from '@tensorflow/tfjs';
import { tfjs, tfjsVariables } from '../adapter.js';

type Tf = typeof TensorFlow;

/** What makes a new model each time, of the `tf` that is passed and on its active backend. */
export const ADAPTER_KINDS: Readonly<Record<string, (tf: Tf) => Adapter>> = {
  'a LayersModel with nested and shared layers': (tf) => tfjs(tf, nestedModel(tf)),
  'a fresh LayersModel': (tf) => tfjs(tf, nestedModel(tf), { fresh: true }),
  'a Sequential in a Sequential': (tf) => tfjs(tf, sequential(tf)),
  'one layer': (tf) => tfjs(tf, builtLayer(tf)),
  'weights of all dtypes, without elements and with odd names': (tf) => tfjs(tf, oddModel(tf)),
  'variables in objects and arrays': (tf) => tfjsVariables(tf, variables(tf), { axes: { '**.w': ['in', 'out'] } }),
  'an array of variables': (tf) => tfjsVariables(tf, [ones(tf, [3]), ones(tf, []), [ones(tf, [2, 2], 'int32')]]),
};

/** A nested model with a layer that the outer one uses too, a recurrent layer and a constraint. */
export function nestedModel(tf: Tf): TensorFlow.LayersModel {
  const { layers } = tf;
  const shared = layers.dense({ units: 4, name: 'shared' });
  const inside = tf.input({ shape: [4] });
  const encoder = tf.model({
    inputs: inside,
    outputs: shared.apply(inside) as TensorFlow.SymbolicTensor,
    name: 'encoder',
  });
  const input = tf.input({ shape: [3, 4] });
  const rnn = layers.lstm({ units: 4, recurrentInitializer: 'zeros', unitForgetBias: false }).apply(input);
  const norm = layers.batchNormalization({ name: 'norm.1' }).apply(shared.apply(encoder.apply(rnn)));
  const output = layers.dense({ units: 2, kernelConstraint: 'nonNeg' }).apply(norm) as TensorFlow.SymbolicTensor;
  return tf.model({ inputs: input, outputs: output });
}

function sequential(tf: Tf): TensorFlow.Sequential {
  const { layers } = tf;
  const inner = tf.sequential({
    name: 'inner',
    layers: [layers.dense({ units: 3, inputShape: [4], name: 'a' }), layers.dense({ units: 5, name: 'b' })],
  });
  const convolution = layers.conv2d({ filters: 4, kernelSize: 2, inputShape: [2, 2, 3], name: 'conv' });
  return tf.sequential({ layers: [convolution, layers.flatten(), inner, layers.dense({ units: 1 })] });
}

function builtLayer(tf: Tf): TensorFlow.layers.Layer {
  const layer = tf.layers.bidirectional({
    layer: tf.layers.gru({ units: 3, recurrentInitializer: 'zeros' }) as TensorFlow.RNN,
    mergeMode: 'concat',
  });
  layer.build([null, 4, 2]);
  return layer;
}

function oddModel(tf: Tf): TensorFlow.LayersModel {
  class Odd extends tf.layers.Layer {
    static readonly className = 'Odd';
    override build(): void {
      const zeros = tf.initializers.zeros();
      this.addWeight('count', [2], 'int32', zeros);
      this.addWeight('mask', [3], 'bool', zeros);
      this.addWeight('scalar', [], 'float32', zeros);
      this.addWeight('empty', [0, 3], 'float32', zeros);
      this.addWeight('a.b', [5], 'float32', zeros);
    }
  }
  return tf.sequential({ layers: [new Odd({ inputShape: [1], name: 'odd.layer' })] });
}

function variables(tf: Tf): object {
  const tied = ones(tf, [4, 4]);
  return {
    layers: [
      { w: tied, b: ones(tf, [4]) },
      { w: ones(tf, [4, 3]), b: ones(tf, [3]) },
    ],
    tied,
    frozen: tf.variable(tf.ones([2]), false),
    'a.b': ones(tf, [3], 'int32'),
    'ключ \\ 名': ones(tf, [5], 'bool'),
    scalar: ones(tf, []),
    empty: ones(tf, [0, 3]),
  };
}

/** A variable whose values nothing else holds. */
function ones(tf: Tf, shape: number[], dtype: 'float32' | 'int32' | 'bool' = 'float32'): TensorFlow.Variable {
  const initial = tf.ones(shape, dtype);
  const variable = tf.variable(initial);
  initial.dispose();
  return variable;
}
