import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { AdapterError, type ModuleNode, type ParameterSpec } from '@incipit/core';
import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tfjs } from './adapter.js';
import { loadTopology } from './topology.js';

const test = suite('tfjs topology');

test.before(async () => {
  await tf.setBackend('cpu');
});

function parameters(node: ModuleNode): readonly ParameterSpec[] {
  return [...node.parameters, ...node.children.flatMap(parameters)];
}

function tree(model: tf.LayersModel): readonly ParameterSpec[] {
  return parameters(tfjs(tf, model, { fresh: true }).tree());
}

interface Golden {
  readonly params: number;
  readonly topology: { readonly config: { readonly layers: readonly object[] } };
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly trainable: boolean;
  }[];
}

function golden(name: string): Golden {
  const file = new URL(`../../test-data/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Golden;
}

/** Keras's name of a variable without `:0` and the cell's segment, as a path. */
function pathOf(name: string): string {
  const segments = name.replace(/:0$/, '').split('/');
  return segments.filter((segment) => !/^(lstm|gru|simple_rnn)_cell/.test(segment)).join('.');
}

for (const name of ['ResNet50', 'MobileNetV2', 'TextRNN']) {
  test(`${name} builds with every weight's name, shape and order as Keras has them`, async () => {
    const { topology, weights, params } = golden(name);
    const before = tf.memory().numTensors;
    const model = await loadTopology(tf, topology);
    const found = tree(model).map(({ path, shape, trainable }) => [path, shape.join('x'), trainable]);
    assert.equal(
      found,
      weights.map((weight) => [pathOf(weight.name), weight.shape.join('x'), weight.trainable]),
    );
    assert.is(model.countParams(), params);
    assert.is(tf.memory().numTensors - before, weights.length, 'tensors beside the weights');
    model.dispose();
    assert.is(tf.memory().numTensors, before);
  });
}

test('a model.json, a { modelTopology }, a model_config and the bare topology are one', async () => {
  const { topology } = golden('TextRNN');
  const forms = [
    topology,
    { modelTopology: topology },
    { format: 'layers-model', modelTopology: { model_config: topology }, weightsManifest: [{ paths: ['x.bin'] }] },
    { modelTopology: { model_config: JSON.stringify(topology) } },
  ];
  const [first, ...others] = await Promise.all(
    forms.map(async (form) => JSON.stringify(tree(await loadTopology(tf, form)))),
  );
  for (const other of others) assert.is(other, first);
});

test('what it is given stays as it was', async () => {
  const { topology } = golden('TextRNN');
  const before = JSON.stringify(topology);
  await loadTopology(tf, topology);
  assert.is(JSON.stringify(topology), before);
});

function chain(...members: readonly object[]): object {
  return { class_name: 'Sequential', config: { name: 's', layers: members } };
}

function layer(className: string, config: object): object {
  return { class_name: className, config: { name: 'l', ...config } };
}

const image = { batch_input_shape: [null, 8, 8, 4] };

test('every weight is zero: no initialiser of tfjs runs, in nested models and wrappers either', async () => {
  const inner = chain(layer('LSTM', { units: 64, batch_input_shape: [null, 4, 8], return_sequences: true }));
  const wrapped = layer('Bidirectional', { layer: layer('GRU', { units: 64, reset_after: false }) });
  const model = await loadTopology(
    tf,
    chain({ ...inner, config: { ...(inner as { config: object }).config, name: 'inner' } }, wrapped),
  );
  const adapter = tfjs(tf, model, { fresh: true });
  const [orthogonal] = tree(model).filter(({ path }) => path === 'inner.l.recurrent_kernel');
  assert.is(orthogonal?.fallback?.law.kind, 'orthogonal');
  for (const { path } of tree(model)) {
    const { bytes } = await adapter.read(path);
    assert.ok(
      bytes.every((byte) => byte === 0),
      path,
    );
  }
});

test("a separable layer's kernel_* fields are dropped, and its pointwise kernel keeps its own initialiser", async () => {
  const config = {
    ...image,
    filters: 3,
    kernel_size: [3, 3],
    kernel_initializer: { class_name: 'GlorotUniform', config: {} },
    kernel_regularizer: { class_name: 'L2', config: { l2: 0.1 } },
    kernel_constraint: null,
    depthwise_initializer: { class_name: 'Zeros', config: {} },
    pointwise_initializer: { class_name: 'Ones', config: {} },
  };
  const model = await loadTopology(tf, chain(layer('SeparableConv2D', config)));
  assert.equal(
    tree(model).map(({ nativeName, fallback }) => [nativeName, fallback?.law]),
    [
      ['depthwise_kernel', { kind: 'constant', value: 0 }],
      ['pointwise_kernel', { kind: 'constant', value: 1 }],
      ['bias', { kind: 'constant', value: 0 }],
    ],
  );
});

test('the initialisers of stacked and single cells reach their weights', async () => {
  const cell = (name: string, value: number): object => ({
    class_name: 'SimpleRNNCell',
    config: { name, units: 2, kernel_initializer: { class_name: 'Constant', config: { value } } },
  });
  const stack = { class_name: 'StackedRNNCells', config: { name: 'stack', cells: [cell('low', 2), cell('high', 3)] } };
  const model = await loadTopology(
    tf,
    chain(
      {
        class_name: 'RNN',
        config: { name: 'a', cell: cell('only', 1), return_sequences: true, batch_input_shape: [null, 3, 2] },
      },
      { class_name: 'RNN', config: { name: 'b', cell: stack } },
    ),
  );
  const kernels = tree(model).filter(({ nativeName }) => nativeName === 'kernel');
  assert.equal(
    kernels.map(({ path, fallback }) => [path, fallback?.law.kind === 'constant' ? fallback.law.value : undefined]),
    [
      ['a.kernel', 1],
      ['b.low.kernel', 2],
      ['b.high.kernel', 3],
    ],
  );
});

test('two layers of one name keep their own initialisers', async () => {
  const dense = (value: number): object =>
    layer('Dense', {
      units: 2,
      batch_input_shape: [null, 2],
      kernel_initializer: { class_name: 'Constant', config: { value } },
    });
  const kernels = tree(await loadTopology(tf, chain(dense(1), dense(2)))).filter(({ role }) => role === 'weight');
  assert.equal(
    kernels.map(({ path, fallback }) => [path, fallback?.law]),
    [
      ['l.kernel', { kind: 'constant', value: 1 }],
      ['l_2.kernel', { kind: 'constant', value: 2 }],
    ],
  );
});

test('L1 and L2 regularizers, which tfjs knows by their sum alone, are kept', async () => {
  const config = {
    units: 2,
    batch_input_shape: [null, 2],
    kernel_regularizer: { class_name: 'L2', config: { l2: 0.5 } },
  };
  const model = await loadTopology(tf, chain(layer('Dense', config)));
  assert.equal(model.layers[0]?.getConfig()['kernelRegularizer'], { className: 'L1L2', config: { l1: 0, l2: 0.5 } });
});

test('names that Keras gave stay, though tfjs could have made them up', async () => {
  const dense = layer('Dense', { units: 2, batch_input_shape: [null, 2], name: 'dense_Dense7' });
  const inner = { class_name: 'Sequential', config: { name: 'sequential_3', layers: [dense] } };
  const keras = await loadTopology(tf, { ...chain(inner), backend: 'tensorflow' });
  assert.is(tree(keras)[0]?.path, 'sequential_3.dense_Dense7.kernel');
  const saved = await loadTopology(tf, { ...chain(inner), backend: 'tensor_flow.js' });
  assert.is(tree(saved)[0]?.path, 'sequential_1.dense_Dense1.kernel');
});

test('a model that tfjs saved has the paths and laws of the model itself', async () => {
  const lstm = tf.layers.lstm({ units: 2, recurrentInitializer: 'zeros', kernelInitializer: 'heNormal' }) as tf.RNN;
  const model = tf.sequential({
    layers: [
      tf.layers.bidirectional({ layer: lstm, inputShape: [3, 2] }),
      tf.layers.dense({ units: 2, kernelInitializer: 'leCunUniform' }),
    ],
  });
  const saved = await loadTopology(tf, { modelTopology: model.toJSON(null, false) });
  assert.equal(tree(saved), tree(model));
  assert.ok(tree(saved).length > 6);
});

test('the loaded model can be saved again with the initialisers of its file', async () => {
  const { topology } = golden('TextRNN');
  const model = await loadTopology(tf, topology);
  const again = await loadTopology(tf, model.toJSON(null, false));
  assert.equal(tree(again), tree(model));
});

async function refusal(json: unknown): Promise<AdapterError> {
  const before = tf.memory().numTensors;
  try {
    await loadTopology(tf, json);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    assert.is(tf.memory().numTensors, before, 'tensors left behind');
    return error;
  }
  throw new Error('nothing was thrown');
}

const LACKING: readonly (readonly [string, object, string])[] = [
  ['Conv2D', { ...image, filters: 4, kernel_size: [3, 3], groups: 2 }, 'groups'],
  ['GRU', { units: 2, batch_input_shape: [null, 3, 2], reset_after: true }, 'reset_after'],
  ['Dense', { units: 2, batch_input_shape: [null, 2], activation: 'celu' }, 'activation'],
  ['Dense', { units: 2, batch_input_shape: [null, 2], dtype: 'float16' }, 'dtype'],
  [
    'Dense',
    { units: 2, batch_input_shape: [null, 2], activity_regularizer: { class_name: 'L2', config: {} } },
    'activity_regularizer',
  ],
  [
    'Dense',
    { units: 2, batch_input_shape: [null, 2], kernel_constraint: { class_name: 'RadialConstraint', config: {} } },
    'kernel_constraint',
  ],
  ['Dense', { units: 2, batch_input_shape: [null, 2], lora_rank: 4 }, 'lora_rank'],
  ['ReLU', { ...image, negative_slope: 0.1 }, 'negative_slope'],
  ['Conv2DTranspose', { ...image, filters: 2, kernel_size: [3, 3], dilation_rate: [2, 2] }, 'dilation_rate'],
  ['SeparableConv2D', { ...image, filters: 2, kernel_size: [3, 3], padding: 'causal' }, 'padding'],
];

for (const [className, config, option] of LACKING) {
  test(`${className} with ${option}, which tfjs lacks, is refused by layer, class and option`, async () => {
    const error = await refusal(chain(layer(className, config)));
    assert.is(error.code, 'unsupported-option');
    for (const word of ["'l'", className, `\`${option}\``]) assert.match(error.message, word);
  });
}

test('a required option that is missing or wrong is refused with the reason of tfjs', async () => {
  const missing = await refusal(chain(layer('Dense', { batch_input_shape: [null, 2] })));
  assert.is(missing.code, 'unsupported-option');
  assert.match(missing.message, "layer 'l' (Dense): Expected units");
  const wrong = await refusal(chain(layer('Dense', { batch_input_shape: [null, 2], units: -2 })));
  assert.match(wrong.message, 'the option `units` = -2');
});

test('a dtype policy is its dtype', async () => {
  const dtype = { class_name: 'Policy', config: { name: 'float32' } };
  const config = { input_dim: 5, output_dim: 2, batch_input_shape: [null, 3], dtype };
  const model = await loadTopology(tf, chain(layer('Embedding', config)));
  assert.is(tree(model)[0]?.dtype, 'float32');
  const half = { ...config, dtype: { class_name: 'Policy', config: { name: 'mixed_float16' } } };
  assert.match((await refusal(chain(layer('Embedding', half)))).message, '`dtype` = "mixed_float16"');
});

const NEUTRAL: readonly (readonly [string, object])[] = [
  ['Conv2D', { ...image, filters: 4, kernel_size: [3, 3], groups: 1, dilation_rate: [1, 1], dtype: 'float32' }],
  ['GRU', { units: 2, batch_input_shape: [null, 3, 2], reset_after: false, time_major: false }],
  ['ReLU', { ...image, max_value: 6, negative_slope: 0, threshold: 0 }],
  ['GlobalAveragePooling2D', { ...image, data_format: 'channels_last', keepdims: false }],
  ['Conv2DTranspose', { ...image, filters: 2, kernel_size: [3, 3], dilation_rate: [1, 1], output_padding: null }],
  ['BatchNormalization', { ...image, axis: [3], synchronized: false }],
];

for (const [className, config] of NEUTRAL) {
  test(`${className} with options that ask for nothing more than tfjs does is built`, async () => {
    const model = await loadTopology(tf, chain(layer(className, config)));
    assert.is(model.layers.length, 1);
  });
}

test('a layer class that tfjs lacks is refused by name, at any depth', async () => {
  const group = layer('GroupNormalization', image);
  const error = await refusal(chain(chain(group)));
  assert.is(error.code, 'unknown-layer');
  for (const word of ['GroupNormalization', "'l'"]) assert.match(error.message, word);
  const wrapped = layer('TimeDistributed', { layer: { class_name: 'Lambda', config: { name: 'f' } } });
  assert.match((await refusal(chain(wrapped))).message, "'Lambda', which layer 'f'");
});

function functional(layers: readonly object[]): object {
  const config = { name: 'm', layers, input_layers: [['i', 0, 0]], output_layers: [['d', 0, 0]] };
  return { class_name: 'Functional', config };
}

function node(className: string, name: string, inputs: readonly unknown[], config: object = {}): object {
  return { class_name: className, name, config: { name, ...config }, inbound_nodes: inputs };
}

const input = node('InputLayer', 'i', [], { batch_input_shape: [null, 2] });
const from = (...names: readonly string[]): readonly unknown[] => [names.map((name) => [name, 0, 0, {}])];

test('an input that is not in the model is refused; tfjs would wait for it for ever', async () => {
  const error = await refusal(functional([input, node('Dense', 'd', from('x'), { units: 2 })]));
  assert.is(error.code, 'broken-topology');
  assert.match(error.message, "'d' takes its input from 'x'");
});

test('layers that wait for one another are refused', async () => {
  const error = await refusal(
    functional([input, node('Add', 'a', from('i', 'b')), node('ReLU', 'b', from('a')), node('ReLU', 'd', from('b'))]),
  );
  assert.is(error.code, 'broken-topology');
  assert.match(error.message, 'a, b');
});

test('a layer that is called on its own output is not a circle', async () => {
  const twice = node('Dense', 'd', [[['i', 0, 0, {}]], [['d', 0, 0, {}]]], { units: 2 });
  const model = await loadTopology(tf, {
    class_name: 'Functional',
    config: { name: 'm', layers: [input, twice], input_layers: [['i', 0, 0]], output_layers: [['d', 1, 0]] },
  });
  assert.is(tree(model).length, 2);
});

test('a model inside a model and inside a wrapper, called twice, is one set of weights', async () => {
  const inner = {
    class_name: 'Functional',
    config: {
      name: 'block_1',
      layers: [
        node('InputLayer', 'in_1', [], { batch_input_shape: [null, 2] }),
        node('Dense', 'dense_1', from('in_1'), { units: 2 }),
      ],
      input_layers: [['in_1', 0, 0]],
      output_layers: [['dense_1', 0, 0]],
    },
  };
  // A model's first output is its own, so calls of it count from 1.
  const called = (call: number): readonly unknown[] => [[['block_1', call, 0, {}]]];
  const twice = { ...inner, name: 'block_1', inbound_nodes: [...from('i'), ...called(1)] };
  const model = await loadTopology(tf, functional([input, twice, node('Dense', 'd', called(2), { units: 2 })]));
  const paths = tree(model).map(({ path }) => path);
  assert.equal(paths, ['block_1.dense_1.kernel', 'block_1.dense_1.bias', 'd.kernel', 'd.bias']);
  const wrapped = layer('TimeDistributed', { layer: inner, batch_input_shape: [null, 3, 2] });
  const outer = await loadTopology(tf, chain(wrapped));
  assert.equal(
    tree(outer).map(({ path }) => path),
    ['l.block_1.dense_1.kernel', 'l.block_1.dense_1.bias'],
  );
});

test('a topology of Keras 3 is refused as such', async () => {
  const keras3 = {
    ...node('Dense', 'd', [], { units: 2 }),
    inbound_nodes: [{ args: [{ class_name: '__keras_tensor__' }], kwargs: {} }],
  };
  const error = await refusal(functional([input, keras3]));
  assert.is(error.code, 'unsupported-topology');
  assert.match(error.message, 'Keras 3');
});

const NOT_TOPOLOGIES: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['a text', '{}'],
  ['an empty object', {}],
  ['a graph model', { format: 'graph-model', modelTopology: { node: [] } }],
  ['a single layer', layer('Dense', { units: 2, batch_input_shape: [null, 2] })],
  ['an empty model', chain()],
  ['a model without layers', { class_name: 'Functional', config: { name: 'm' } }],
  ['a layer without a class', chain({ config: { name: 'l' } })],
];

for (const [what, json] of NOT_TOPOLOGIES) {
  test(`${what} is not a topology`, async () => {
    assert.is((await refusal(json)).code, 'not-a-topology');
  });
}

test('a topology without an input shape is refused with the reason of tfjs', async () => {
  const error = await refusal(chain(layer('Dense', { units: 2 })));
  assert.is(error.code, 'unbuildable-topology');
  assert.instance(error.cause, Error);
  assert.match(error.message, 'batch_input_shape');
});

test('layers that do not fit together are refused, and those already built are freed', async () => {
  const dense = layer('Dense', { units: 2, batch_input_shape: [null, 2], name: 'd' });
  const error = await refusal(chain(dense, layer('Conv2D', { filters: 2, kernel_size: [3, 3] })));
  assert.is(error.code, 'unbuildable-topology');
});

test.run();
