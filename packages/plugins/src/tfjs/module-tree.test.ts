import { AdapterError, type ModuleNode, type ParameterSpec } from '@incipit/core';
import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tfjs } from './adapter.js';

const test = suite('tfjs tree');
const { layers } = tf;

test.before(async () => {
  await tf.setBackend('cpu');
});

function modules(node: ModuleNode): readonly ModuleNode[] {
  return [node, ...node.children.flatMap(modules)];
}

function parameters(model: tf.LayersModel): readonly ParameterSpec[] {
  return modules(tfjs(tf, model).tree()).flatMap((module) => module.parameters);
}

function node(model: tf.LayersModel, path: string): ModuleNode {
  const found = modules(tfjs(tf, model).tree()).find((module) => module.path === path);
  if (found === undefined) throw new Error(`no module '${path}'`);
  return found;
}

/** Refuses to be the same for two layouts: path, role, shape, axes and slices in one line. */
function line({ path, role, shape, axes, slices, trainable }: ParameterSpec): string {
  const letters = (axes ?? []).map((axis) => axis.slice(0, 3)).join(' ');
  const fused = slices === undefined ? '' : ` ${slices.names.join('')}@${slices.axis}`;
  return `${path} ${role} ${shape.join('x')} ${letters}${fused}${trainable ? '' : ' fixed'}`;
}

function sequential(layer: tf.layers.Layer): tf.Sequential {
  return tf.sequential({ layers: [layer] });
}

// tfjs's orthogonal initialiser is slow: every recurrent layer here starts with zeros.
const quick = { recurrentInitializer: 'zeros', name: 'l' } as const;

const KINDS: readonly (readonly [string, () => tf.layers.Layer, readonly string[]])[] = [
  [
    'Dense',
    () => layers.dense({ units: 5, inputShape: [8], name: 'l' }),
    ['l.kernel weight 8x5 in out', 'l.bias bias 5 ele'],
  ],
  [
    'Conv1D',
    () => layers.conv1d({ filters: 4, kernelSize: 3, inputShape: [8, 2], name: 'l' }),
    ['l.kernel weight 3x2x4 spa in out', 'l.bias bias 4 ele'],
  ],
  [
    'Conv2D',
    () => layers.conv2d({ filters: 4, kernelSize: [3, 5], inputShape: [8, 8, 2], useBias: false, name: 'l' }),
    ['l.kernel weight 3x5x2x4 spa spa in out'],
  ],
  [
    'Conv2D with channels first',
    () => layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [2, 8, 8], dataFormat: 'channelsFirst', name: 'l' }),
    ['l.kernel weight 3x3x2x4 spa spa in out', 'l.bias bias 4 ele'],
  ],
  [
    'Conv3D',
    () => layers.conv3d({ filters: 4, kernelSize: [2, 3, 4], inputShape: [8, 8, 8, 3], name: 'l' }),
    ['l.kernel weight 2x3x4x3x4 spa spa spa in out', 'l.bias bias 4 ele'],
  ],
  [
    'Conv2DTranspose',
    () => layers.conv2dTranspose({ filters: 6, kernelSize: 3, inputShape: [8, 8, 2], name: 'l' }),
    ['l.kernel weight 3x3x6x2 spa spa out in', 'l.bias bias 6 ele'],
  ],
  [
    'Conv3DTranspose',
    () => layers.conv3dTranspose({ filters: 6, kernelSize: 2, inputShape: [4, 4, 4, 3], name: 'l' }) as tf.layers.Layer,
    ['l.kernel weight 2x2x2x6x3 spa spa spa out in', 'l.bias bias 6 ele'],
  ],
  [
    'DepthwiseConv2D',
    () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, inputShape: [8, 8, 4], name: 'l' }),
    ['l.depthwise_kernel weight 3x3x4x2 spa spa cha mul', 'l.bias bias 8 ele'],
  ],
  [
    'SeparableConv2D',
    () => layers.separableConv2d({ filters: 7, kernelSize: 3, depthMultiplier: 3, inputShape: [8, 8, 4], name: 'l' }),
    [
      'l.depthwise_kernel weight 3x3x4x3 spa spa cha mul',
      'l.pointwise_kernel weight 1x1x12x7 spa spa in out',
      'l.bias bias 7 ele',
    ],
  ],
  [
    'BatchNormalization',
    () => layers.batchNormalization({ inputShape: [8, 3], name: 'l' }),
    [
      'l.gamma weight 3 ele',
      'l.beta bias 3 ele',
      'l.moving_mean running_mean 3 ele fixed',
      'l.moving_variance running_var 3 ele fixed',
    ],
  ],
  [
    'LayerNormalization',
    () => layers.layerNormalization({ axis: [1, 2], inputShape: [8, 3], name: 'l' }),
    ['l.gamma weight 8x3 ele ele', 'l.beta bias 8x3 ele ele'],
  ],
  [
    'Embedding',
    () => layers.embedding({ inputDim: 10, outputDim: 4, inputLength: 3, name: 'l' }),
    ['l.embeddings weight 10x4 voc emb'],
  ],
  ['PReLU', () => layers.prelu({ inputShape: [4, 2], name: 'l' }), ['l.alpha weight 4x2 ele ele']],
  [
    'SimpleRNN',
    () => layers.simpleRNN({ units: 3, inputShape: [4, 2], ...quick }),
    ['l.kernel weight 2x3 in out', 'l.recurrent_kernel weight 3x3 in out', 'l.bias bias 3 ele'],
  ],
  [
    'LSTM',
    () => layers.lstm({ units: 3, inputShape: [4, 2], ...quick }),
    ['l.kernel weight 2x12 in out ifco@1', 'l.recurrent_kernel weight 3x12 in out ifco@1', 'l.bias bias 12 ele ifco@0'],
  ],
  [
    'GRU',
    () => layers.gru({ units: 3, inputShape: [4, 2], ...quick }),
    ['l.kernel weight 2x9 in out zrh@1', 'l.recurrent_kernel weight 3x9 in out zrh@1', 'l.bias bias 9 ele zrh@0'],
  ],
  [
    'ConvLSTM2D',
    () => layers.convLstm2d({ filters: 3, kernelSize: 2, inputShape: [4, 8, 8, 5], ...quick }) as tf.layers.Layer,
    [
      'l.kernel weight 2x2x5x12 spa spa in out ifco@3',
      'l.recurrent_kernel weight 2x2x3x12 spa spa in out ifco@3',
      'l.bias bias 12 ele ifco@0',
    ],
  ],
  [
    'Bidirectional',
    () => layers.bidirectional({ layer: layers.gru({ units: 2, ...quick }) as tf.RNN, inputShape: [4, 3], name: 'b' }),
    ['forward_l', 'backward_l'].flatMap((name) => [
      `b.${name}.kernel weight 3x6 in out zrh@1`,
      `b.${name}.recurrent_kernel weight 2x6 in out zrh@1`,
      `b.${name}.bias bias 6 ele zrh@0`,
    ]),
  ],
  [
    'TimeDistributed',
    () => layers.timeDistributed({ layer: layers.dense({ units: 2, name: 'd' }), inputShape: [4, 3], name: 't' }),
    ['t.d.kernel weight 3x2 in out', 't.d.bias bias 2 ele'],
  ],
  [
    'stacked cells',
    () =>
      layers.rnn({
        cell: [
          layers.lstmCell({ units: 2, recurrentInitializer: 'zeros', name: 'low' }),
          layers.simpleRNNCell({ units: 3, recurrentInitializer: 'zeros' }),
        ],
        inputShape: [4, 5],
        name: 'r',
      }),
    [
      'r.low.kernel weight 5x8 in out ifco@1',
      'r.low.recurrent_kernel weight 2x8 in out ifco@1',
      'r.low.bias bias 8 ele ifco@0',
      'r.simple_rnn_cell_SimpleRNNCell1.kernel weight 2x3 in out',
      'r.simple_rnn_cell_SimpleRNNCell1.recurrent_kernel weight 3x3 in out',
      'r.simple_rnn_cell_SimpleRNNCell1.bias bias 3 ele',
    ],
  ],
];

for (const [kind, make, expected] of KINDS) {
  test(`${kind}: each weight with its path, role, shape, axes and gates`, () => {
    assert.equal(parameters(sequential(make())).map(line), expected);
  });
}

const NAMES: readonly (readonly [string, () => tf.layers.Layer, readonly string[], readonly string[]])[] = [
  [
    'Dense',
    () => layers.dense({ units: 1, inputShape: [1], name: 'l' }),
    ['Dense', 'Linear', 'Layer', 'Module'],
    ['Conv2d'],
  ],
  [
    'Conv2D',
    () => layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [2, 2, 1], name: 'l' }),
    ['Conv2D', 'Conv', 'Conv2d', '_ConvNd'],
    ['Conv1d', 'ConvTranspose2d', 'Linear'],
  ],
  [
    'DepthwiseConv2D',
    () => layers.depthwiseConv2d({ kernelSize: 1, inputShape: [2, 2, 1], name: 'l' }),
    ['DepthwiseConv2D', 'Conv2d', '_ConvNd'],
    ['Conv2D'],
  ],
  [
    'SeparableConv2D',
    () => layers.separableConv2d({ filters: 1, kernelSize: 1, inputShape: [2, 2, 1], name: 'l' }),
    ['SeparableConv2D', 'Conv2d', '_ConvNd'],
    ['Conv2D'],
  ],
  [
    'Conv2DTranspose',
    () => layers.conv2dTranspose({ filters: 1, kernelSize: 1, inputShape: [2, 2, 1], name: 'l' }),
    ['Conv2DTranspose', 'ConvTranspose2d', '_ConvNd'],
    ['Conv2D', 'Conv2d'],
  ],
  [
    'BatchNormalization',
    () => layers.batchNormalization({ inputShape: [2], name: 'l' }),
    ['_BatchNorm', '_NormBase', 'BatchNorm1d', 'BatchNorm2d', 'BatchNorm3d'],
    ['LayerNorm'],
  ],
  [
    'LayerNormalization',
    () => layers.layerNormalization({ inputShape: [2], name: 'l' }),
    ['LayerNorm'],
    ['_BatchNorm'],
  ],
  [
    'LSTM',
    () => layers.lstm({ units: 1, inputShape: [2, 1], ...quick }),
    ['LSTM', 'RNN', 'RNNBase', 'LSTMCell'],
    ['GRU'],
  ],
];

for (const [kind, make, matched, unmatched] of NAMES) {
  test(`a ${kind} answers to ${matched.join(', ')}, not to ${unmatched.join(', ')}`, () => {
    const { types } = node(sequential(make()), 'l');
    assert.equal(
      matched.filter((name) => !types.includes(name)),
      [],
    );
    assert.equal(
      unmatched.filter((name) => types.includes(name)),
      [],
    );
  });
}

test('a class of the user that extends one of tfjs answers to both and keeps the layout', () => {
  const Dense = layers.dense({ units: 1 }).constructor as new (args: object) => tf.layers.Layer;
  class Gated extends Dense {
    static readonly className = 'Gated';
  }
  const model = sequential(new Gated({ units: 2, inputShape: [3], name: 'l' }));
  assert.equal(node(model, 'l').types.slice(0, 3), ['Gated', 'Dense', 'Linear']);
  assert.equal(parameters(model).map(line), ['l.kernel weight 3x2 in out', 'l.bias bias 2 ele']);
});

test('a layer that is not in the table tells its weights without axes', () => {
  class Scale extends layers.Layer {
    static readonly className = 'Scale';
    override build(): void {
      this.addWeight('gamma', [2], 'float32', tf.initializers.ones());
      this.addWeight('slope', [2], 'float32', tf.initializers.ones());
    }
  }
  const [gamma, offset] = parameters(sequential(new Scale({ inputShape: [2], name: 's' })));
  assert.equal([gamma?.path, gamma?.role, gamma?.axes], ['s.gamma', 'weight', undefined]);
  assert.equal([offset?.path, offset?.role, offset?.axes], ['s.slope', 'slope', undefined]);
});

test('a weight that the layer was told to do without is absent, not missing', () => {
  const conv = layers.conv2d({ filters: 1, kernelSize: 1, useBias: false, inputShape: [2, 2, 1], name: 'l' });
  assert.equal(node(sequential(conv), 'l').absent, ['bias']);
  const norm = layers.batchNormalization({ scale: false, inputShape: [2], name: 'l' });
  assert.equal(node(sequential(norm), 'l').absent, ['gamma']);
});

function nested(): tf.LayersModel {
  const block = tf.sequential({ layers: [layers.dense({ units: 4, inputShape: [4] }), layers.dense({ units: 4 })] });
  const input = tf.input({ shape: [4] });
  const hidden = layers.dense({ units: 4, name: 'stem.1/a' }).apply(input);
  const output = layers.dense({ units: 2 }).apply(block.apply(hidden)) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: output });
}

test('nested models make nested paths, automatic names counted inside each, the same in every build', () => {
  const expected = ['stem\\.1/a', 'sequential_1.dense_Dense1', 'sequential_1.dense_Dense2', 'dense_Dense1'];
  for (const model of [nested(), nested()]) {
    const paths = parameters(model).map(({ path }) => path);
    assert.equal(
      paths.filter((path) => path.endsWith('.kernel')),
      expected.map((path) => `${path}.kernel`),
    );
  }
});

test('layers added later, or with names, leave the other paths as they were', () => {
  const build = (more: boolean): readonly string[] => {
    const model = tf.sequential();
    model.add(layers.dense({ units: 3, inputShape: [2] }));
    if (more) model.add(layers.dense({ units: 3, name: 'extra' }));
    model.add(layers.dense({ units: 3 }));
    if (more) model.add(layers.dense({ units: 3 }));
    return parameters(model).map(({ path }) => path);
  };
  const [plain, extended] = [build(false), build(true)];
  assert.is(plain.length, 4);
  assert.is(extended.length, 8);
  assert.equal(
    plain.filter((path) => !extended.includes(path)),
    [],
  );
});

test('a branch that a later layer deepens keeps its paths, though tfjs reorders the layers', () => {
  const build = (deeper: boolean): ReadonlyMap<string, string> => {
    const input = tf.input({ shape: [2] });
    const left = layers.dense({ units: 5 });
    const right = layers.dense({ units: 7 });
    const a = left.apply(input) as tf.SymbolicTensor;
    const b = right.apply(input) as tf.SymbolicTensor;
    const end = deeper ? (layers.dense({ units: 7 }).apply(b) as tf.SymbolicTensor) : b;
    const output = layers.concatenate().apply([a, end]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: output });
    return new Map(parameters(model).map(({ path, shape }) => [path, shape.join('x')]));
  };
  const [plain, deeper] = [build(false), build(true)];
  for (const [path, shape] of plain) assert.is(deeper.get(path), shape, path);
});

test('a layer used twice is one module, and its second place is an alias', () => {
  const shared = layers.dense({ units: 4, name: 'shared' });
  const inside = tf.input({ shape: [4] });
  const encoder = tf.model({ inputs: inside, outputs: shared.apply(inside) as tf.SymbolicTensor, name: 'encoder' });
  const input = tf.input({ shape: [4] });
  const twice = shared.apply(shared.apply(encoder.apply(input))) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: twice });
  assert.equal(
    modules(tfjs(tf, model).tree()).map(({ path }) => path),
    ['', 'input1', 'encoder', 'encoder.input1', 'shared'],
  );
  const found = parameters(model);
  assert.is(found.length, 2);
  assert.equal(
    found.map(({ path, aliases }) => [path, ...(aliases ?? [])]),
    [
      ['shared.kernel', 'encoder.shared.kernel'],
      ['shared.bias', 'encoder.shared.bias'],
    ],
  );
});

test('which place of a shared layer is its own does not follow from the order of layers', () => {
  const build = (deeper: boolean): readonly string[] => {
    const shared = layers.dense({ units: 2, name: 'shared' });
    const part = (name: string): tf.LayersModel => {
      const inside = tf.input({ shape: [2] });
      return tf.model({ inputs: inside, outputs: shared.apply(inside) as tf.SymbolicTensor, name });
    };
    const input = tf.input({ shape: [2] });
    const b = part('b').apply(input) as tf.SymbolicTensor;
    const a = part('a').apply(input) as tf.SymbolicTensor;
    const end = deeper ? (layers.dense({ units: 2, name: 'later' }).apply(b) as tf.SymbolicTensor) : b;
    const output = layers.concatenate().apply([end, a]) as tf.SymbolicTensor;
    return parameters(tf.model({ inputs: input, outputs: output })).map(({ path }) => path);
  };
  assert.equal(build(false), ['a.shared.kernel', 'a.shared.bias']);
  assert.equal(
    build(true).filter((path) => !path.startsWith('later')),
    ['a.shared.kernel', 'a.shared.bias'],
  );
});

test('two modules with one name get an ordinal and a warning', () => {
  const model = tf.sequential({
    layers: [layers.dense({ units: 2, inputShape: [2], name: 'd' }), layers.dense({ units: 2, name: 'd' })],
  });
  const root = tfjs(tf, model).tree();
  assert.equal(
    root.children.map(({ path }) => path),
    ['d', 'd_2'],
  );
  assert.equal(
    root.warnings?.map(({ code, path }) => [code, path]),
    [['repeated-name', 'd_2']],
  );
});

test('freezing a layer or a model is seen, and changes no order', () => {
  const model = nested();
  const before = parameters(model).map(({ path }) => path);
  const first = model.layers[1];
  if (first !== undefined) first.trainable = false;
  const after = parameters(model);
  assert.equal(
    after.map(({ path }) => path),
    before,
  );
  assert.equal(
    after.filter(({ trainable }) => !trainable).map(({ path }) => path),
    ['stem\\.1/a.kernel', 'stem\\.1/a.bias'],
  );
});

test('freezing one weight of a layer changes no order, and a layer made frozen is told so', () => {
  const model = sequential(layers.dense({ units: 2, inputShape: [2], name: 'd' }));
  const [kernel] = model.weights;
  if (kernel !== undefined) kernel.trainable = false;
  assert.is(model.weights[0]?.originalName, 'd/bias', 'tfjs puts what is frozen last');
  assert.equal(parameters(model).map(line), ['d.kernel weight 2x2 in out fixed', 'd.bias bias 2 ele']);
  const frozen = sequential(layers.dense({ units: 2, inputShape: [2], trainable: false, name: 'd' }));
  assert.equal(parameters(frozen).map(line), ['d.kernel weight 2x2 in out fixed', 'd.bias bias 2 ele fixed']);
});

test('one built layer can stand for a model', () => {
  const layer = layers.dense({ units: 2, name: 'alone' });
  layer.build([null, 3]);
  assert.equal(
    tfjs(tf, layer)
      .tree()
      .parameters.map(({ path }) => path),
    ['kernel', 'bias'],
  );
});

function refusal(action: () => unknown): AdapterError {
  try {
    action();
  } catch (error) {
    if (error instanceof AdapterError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('an unbuilt model is refused by the name of its layers', () => {
  const error = refusal(() => tfjs(tf, layers.dense({ units: 4, name: 'lonely' })).tree());
  assert.is(error.code, 'unbuilt-model');
  assert.match(error.message, 'lonely');
  assert.is(refusal(() => tfjs(tf, tf.sequential({ name: 'empty' })).tree()).code, 'unbuilt-model');
});

test('a disposed model is refused before and after its tree was read', async () => {
  const model = sequential(layers.dense({ units: 2, inputShape: [2], name: 'gone' }));
  const adapter = tfjs(tf, model);
  adapter.tree();
  model.dispose();
  assert.is(refusal(() => adapter.tree()).code, 'disposed-model');
  assert.is(refusal(() => adapter.tree()).path, 'gone.kernel');
  const error = await adapter.read('gone.kernel').catch((cause: unknown) => cause);
  assert.instance(error, AdapterError);
  assert.is((error as AdapterError).code, 'disposed-model');
});

test('a model of another copy of tfjs is refused', () => {
  class Other {}
  const copy = { ...tf, Variable: Other } as unknown as typeof tf;
  const model = sequential(layers.dense({ units: 2, inputShape: [2] }));
  assert.is(refusal(() => tfjs(copy, model).tree()).code, 'foreign-model');
});

test('what is not tfjs or not a model is refused at once', () => {
  const model = sequential(layers.dense({ units: 2, inputShape: [2] }));
  assert.is(refusal(() => tfjs(undefined as unknown as typeof tf, model)).code, 'not-tensorflow');
  assert.match(refusal(() => tfjs({} as unknown as typeof tf, model)).message, 'install @tensorflow/tfjs');
  for (const wrong of [undefined, null, {}, 'model.json', { executor: {}, weights: {} }]) {
    assert.is(refusal(() => tfjs(tf, wrong as unknown as tf.LayersModel)).code, 'not-a-model');
  }
});

test.run();
