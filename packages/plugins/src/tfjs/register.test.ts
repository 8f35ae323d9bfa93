import { ADAPTER, initWeights, MODELS } from '@incipit/core';
import { Registry } from '@incipit/registry';
import { loadConfig } from '@incipit/registry/config';
import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tfjs } from './adapter.js';
import type { Built } from './init-state.js';
import { LAYER_SCHEMAS } from './layer-schemas.js';
import { registerTfjs } from './register.js';
import type { TfLayer } from './structural-types.js';

const test = suite('tfjs/register');
const layers = registerTfjs(tf);

function build<M extends TfLayer = tf.Sequential>(cfg: object): Built<M> {
  return MODELS.build<Built<M>>(cfg as Readonly<Record<string, unknown>>);
}

function thrown(action: () => unknown): { readonly code: string; readonly message: string } {
  try {
    action();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing was thrown');
}

/** Options with which each class that needs some can be made. */
const MINIMAL: Readonly<Record<string, object>> = {
  InputLayer: { inputShape: [2] },
  Conv1D: { filters: 2, kernelSize: 1 },
  Conv2D: { filters: 2, kernelSize: 1 },
  Conv3D: { filters: 2, kernelSize: 1 },
  Conv2DTranspose: { filters: 2, kernelSize: 1 },
  Conv3DTranspose: { filters: 2, kernelSize: 1 },
  SeparableConv2D: { filters: 2, kernelSize: 1 },
  DepthwiseConv2D: { kernelSize: 1 },
  Cropping2D: { cropping: 1 },
  RNN: { cell: { type: 'LSTMCell', units: 2 } },
  SimpleRNNCell: { units: 2 },
  SimpleRNN: { units: 2 },
  GRUCell: { units: 2 },
  GRU: { units: 2 },
  LSTMCell: { units: 2 },
  LSTM: { units: 2 },
  StackedRNNCells: { cells: [{ type: 'GRUCell', units: 2 }] },
  ConvLSTM2DCell: { filters: 2, kernelSize: 1 },
  ConvLSTM2D: { filters: 2, kernelSize: 1 },
  Dropout: { rate: 0.5 },
  SpatialDropout1D: { rate: 0.5 },
  GaussianNoise: { stddev: 1 },
  GaussianDropout: { rate: 0.5 },
  AlphaDropout: { rate: 0.5 },
  Dense: { units: 2 },
  Activation: { activation: 'relu' },
  RepeatVector: { n: 2 },
  Reshape: { targetShape: [2, -1] },
  Permute: { dims: [2, 1] },
  Embedding: { inputDim: 2, outputDim: 2 },
  Dot: { axes: 1 },
  TimeDistributed: { layer: { type: 'Dense', units: 2 } },
  Bidirectional: { layer: { type: 'GRU', units: 2 } },
  Rescaling: { scale: 2 },
  CenterCrop: { height: 2, width: 2 },
  CategoryEncoding: { numTokens: 2 },
  Resizing: { height: 2, width: 2 },
  RandomWidth: { factor: 0.5 },
};

test('every layer class of tfjs is there with its options declared, and makes that layer', () => {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const classes = Object.entries(classNameMap).filter(([, [type]]) => type.prototype instanceof tf.layers.Layer);
  assert.ok(classes.length > 60);
  for (const [name, [type]] of classes) {
    assert.ok(layers.own(name)?.schema.options, `${name} has declared options`);
    if (['Sequential', 'Model', 'Functional'].includes(name)) continue;
    const made = layers.build({ type: name, name: 'given', ...MINIMAL[name] });
    assert.instance(made, type as never);
    assert.is((made as TfLayer).name, 'given', name);
  }
});

test('what a class requires is required, and every option that tfjs itself writes is known', () => {
  // What tfjs writes and no constructor uses; a layer around a cell, of whatever kind, repeats the cell's.
  const written = new Set(['activityRegularizer', 'noiseShape']);
  for (const [name, schema] of Object.entries(LAYER_SCHEMAS)) {
    const minimal = MINIMAL[name] ?? {};
    const required = Object.keys(schema).filter((option) => schema[option]?.required === true);
    if (name !== 'InputLayer') assert.equal(Object.keys(minimal).sort(), required.sort(), name);
    if (name === 'RNN') continue;
    const layer = layers.build({ type: name, ...minimal }) as tf.layers.Layer;
    const unknown = Object.keys(layer.getConfig()).filter((option) => !Object.hasOwn(schema, option));
    assert.equal(
      unknown.filter((option) => !written.has(option)),
      [],
      name,
    );
  }
});

test('options are checked before tfjs sees them: unknown, missing, mistyped, each with the nearest', async () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['{ type: tfjs.Conv2D, filters: 4, kernelSize: 3, stride: 2 }', 'unknown-option', /did you mean 'strides'\?/],
    ['{ type: tfjs.Conv2D, kernelSize: 3 }', 'missing-option', /'filters'/],
    ['{ type: tfjs.Conv2D, filters: "4", kernelSize: 3 }', 'bad-option', /filters/],
    ['{ type: tfjs.Dense, units: 2, activation: rleu }', 'bad-value', /relu/],
    ['{ type: tfjs.Conv2d, filters: 4, kernelSize: 3 }', 'unknown-type', /Conv2D/],
  ];
  for (const [text, code, message] of cases) {
    const config = await loadConfig(text, { file: 'layer.yaml' });
    const error = thrown(() => MODELS.build(config));
    assert.is(error.code, code, text);
    assert.match(error.message, message);
    assert.match(error.message, 'layer.yaml:1');
  }
  const right = '{ type: tfjs.Conv2D, filters: 4, kernelSize: [3, 3], strides: 2, activation: relu }';
  assert.instance(MODELS.build(await loadConfig(right, { file: 'layer.yaml' })), tf.layers.Layer);
});

const constant = (val: number): object => ({ type: 'Constant', layer: 'Linear', val, bias: val });

test('initWeights carries out the rules of every node, inner ones over outer ones', async () => {
  const model = build({
    type: 'tfjs.Sequential',
    init_cfg: constant(1),
    layers: [
      { type: 'Dense', name: 'a', units: 2, inputShape: [2] },
      { type: 'Dense', name: 'b', units: 2, init_cfg: constant(2) },
      {
        type: 'Sequential',
        name: 'c',
        layers: [{ type: 'Dense', name: 'd', units: 1, inputShape: [2] }],
        init_cfg: [constant(3)],
      },
    ],
  });
  const report = await initWeights(model);
  assert.equal(
    report.plan.steps.map(({ path, law, provenance }) => [
      path,
      law.kind === 'constant' && law.value,
      provenance.rule?.node,
    ]),
    [
      ['a.kernel', 1, ''],
      ['a.bias', 1, ''],
      ['b.kernel', 2, 'b'],
      ['b.bias', 2, 'b'],
      ['c.d.kernel', 3, 'c'],
      ['c.d.bias', 3, 'c'],
    ],
  );
  assert.equal(
    model.getWeights().map((weight) => weight.dataSync()[0]),
    [1, 1, 2, 2, 3, 3],
  );
});

test('a second initWeights changes nothing and says so', async () => {
  const model = build({ type: 'tfjs.Sequential', layers: [{ type: 'Dense', units: 2, inputShape: [2] }] });
  const first = await initWeights(model);
  assert.is(first.plan.steps.length, 2);
  const second = await initWeights(model);
  assert.equal(second.plan.steps, []);
  assert.equal(
    second.warnings.map(({ code }) => code),
    ['init-twice'],
  );
});

test("tfjs's initialisers do not run; without a rule a weight takes the law of the one that its layer names", async () => {
  const [, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap['Orthogonal'] ?? [];
  assert.type(fromConfig, 'function');
  const { prototype } = tf.initializers.orthogonal({}).constructor as { prototype: { apply: unknown } };
  const apply = prototype.apply;
  prototype.apply = () => {
    throw new Error('the orthogonal initialiser ran');
  };
  try {
    const cells = [
      { type: 'LSTMCell', units: 3 },
      { type: 'GRUCell', units: 3 },
    ];
    const model = build({
      type: 'tfjs.Sequential',
      layers: [
        { type: 'LSTM', units: 4, inputShape: [5, 2], returnSequences: true },
        { type: 'Bidirectional', layer: { type: 'GRU', units: 3, returnSequences: true } },
        { type: 'RNN', cell: cells },
      ],
    });
    const { plan } = await initWeights(model);
    assert.equal(plan.untouched, []);
    const kinds = new Set(
      plan.steps.filter(({ path }) => path.endsWith('recurrent_kernel')).map(({ law }) => law.kind),
    );
    assert.equal([...kinds], ['orthogonal']);
    // What a plain tfjs model still does.
    assert.throws(() => tf.sequential({ layers: [tf.layers.gru({ units: 2, inputShape: [3, 2] })] }), /orthogonal/);
  } finally {
    prototype.apply = apply;
  }
});

test('rules inside wrappers, cells and both copies of a Bidirectional are carried out', async () => {
  const rule = { type: 'Constant', layer: ['RNNBase', 'RNNCell', 'Dense'], val: 5 };
  const model = build({
    type: 'tfjs.Sequential',
    layers: [
      {
        type: 'Bidirectional',
        inputShape: [4, 2],
        layer: { type: 'SimpleRNN', units: 2, returnSequences: true, init_cfg: rule },
      },
      { type: 'RNN', cell: { type: 'SimpleRNNCell', units: 2, init_cfg: rule }, returnSequences: true },
      { type: 'TimeDistributed', layer: { type: 'Dense', units: 2, init_cfg: rule } },
    ],
  });
  const { plan } = await initWeights(model);
  const kernels = plan.steps.filter(({ role }) => role === 'weight');
  assert.is(kernels.length, 7);
  for (const { path, law } of kernels) assert.equal(law, { kind: 'constant', value: 5 }, path);
});

test('a graph takes inputs by name, several outputs apart, and models as layers', async () => {
  const model = build<tf.LayersModel>({
    type: 'tfjs.Model',
    name: 'net',
    inputs: { image: [8, 8, 3], scale: { shape: [4] } },
    layers: [
      { name: 'stem', from: 'image', layer: { type: 'Conv2D', filters: 4, kernelSize: 3 } },
      { layer: { type: 'GlobalAveragePooling2D', name: 'pool' } },
      { name: 'gate', from: ['pool', 'scale'], layer: { type: 'Multiply' } },
      { name: 'cls', layer: [{ type: 'Dense', name: 'fc', units: 3, inputShape: [4] }] as never },
      { name: 'box', from: 'gate', layer: { type: 'Dense', units: 4 } },
    ],
    outputs: ['cls', 'box'],
  });
  assert.equal(
    model.outputs.map(({ shape }) => shape),
    [
      [null, 3],
      [null, 4],
    ],
  );
  const { plan } = await initWeights(model);
  assert.ok(plan.steps.some(({ path }) => path === 'stem.kernel'));
  const wrong = thrown(() =>
    build({
      type: 'tfjs.Model',
      inputs: { image: [2] },
      layers: [{ from: 'imagee', layer: { type: 'Dense', units: 1 } }],
    }),
  );
  assert.is(wrong.code, 'unknown-tensor');
  assert.match(wrong.message, "did you mean 'image'?");
});

test('a model that cannot be built leaves no weight behind', () => {
  const before = tf.memory().numTensors;
  const wrong = [
    { type: 'tfjs.Dense', units: 2, inputShape: [3] },
    { type: 'tfjs.Conv2D', filters: 1, kernelSize: 1 },
  ];
  assert.is(thrown(() => build({ type: 'tfjs.Sequential', layers: wrong })).code, 'constructor-failed');
  assert.is(tf.memory().numTensors, before);
});

test('the same tfjs gives the same registry; another copy needs, and keeps, a scope of its own', () => {
  assert.is(registerTfjs(tf), layers);
  assert.is(registerTfjs({ ...tf } as never), layers);
  const other = { ...tf, Variable: class extends tf.Variable {} } as never;
  assert.is(thrown(() => registerTfjs(other)).code, 'scope-taken');
  const second = registerTfjs(other, { scope: 'tfjs2' });
  assert.is.not(second, layers);
  assert.is(registerTfjs(other), second);
  assert.is(MODELS.get('tfjs2.Dense'), second.get('Dense'));
  const parent = new Registry<object>('others', { scope: 'others' });
  assert.is.not(registerTfjs(tf, { parent }), layers);
});

test('layer classes of your own are taken along, and a plain model is left as it was', async () => {
  class Doubler extends tf.layers.Layer {
    static className = 'Doubler';
  }
  tf.serialization.registerClass(Doubler);
  registerTfjs(tf);
  assert.instance(MODELS.build({ type: 'tfjs.Doubler' }), Doubler);
  const plain = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  assert.not.ok(ADAPTER in plain);
  const { children } = tfjs(tf, plain).tree();
  assert.equal(
    children.flatMap((child) => ['initCfg' in child, 'isInit' in child]),
    [false, false],
  );
});

test.run();
