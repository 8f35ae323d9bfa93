import { AdapterError, type Law, type ModuleNode, type ParameterSpec } from '@incipit/core';
import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tfjs } from './adapter.js';
import { loadTopology } from './topology.js';

const test = suite('Keras initializers');
const { layers } = tf;

test.before(async () => {
  await tf.setBackend('cpu');
});

function parameters(node: ModuleNode): readonly ParameterSpec[] {
  return [...node.parameters, ...node.children.flatMap(parameters)];
}

/** The fallback law of one weight of a fresh model with one layer. */
function lawOf(layer: tf.layers.Layer, name: string): Law | undefined {
  const model = tf.sequential({ layers: [layer] });
  const found = parameters(tfjs(tf, model, { fresh: true }).tree()).find(({ nativeName }) => nativeName === name);
  if (found === undefined) throw new Error(`no weight '${name}'`);
  return found.fallback?.law;
}

function close(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 1e-15 * Math.abs(expected), `${what}: ${actual}, not ${expected}`);
}

/** Standard deviation of N(0, 1) cut at ±2, from its density: sqrt(1 - 4φ(2) / (2Φ(2) - 1)). */
const CUT = 0.8796256610342398;

interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

function checkLaws(
  make: (initializer: 'heNormal' | 'glorotUniform') => tf.layers.Layer,
  name: string,
  fans: Fans,
): void {
  const normal = lawOf(make('heNormal'), name);
  if (normal?.kind !== 'truncated-normal') throw new Error(`heNormal became ${normal?.kind}`);
  const std = Math.sqrt(2 / fans.fanIn) / CUT;
  close(normal.std, std, 'std before the cut');
  close(normal.low, -2 * std, 'lower cut');
  close(normal.high, 2 * std, 'upper cut');
  const uniform = lawOf(make('glorotUniform'), name);
  if (uniform?.kind !== 'uniform') throw new Error(`glorotUniform became ${uniform?.kind}`);
  close(uniform.high, Math.sqrt(6 / (fans.fanIn + fans.fanOut)), 'limit');
  close(uniform.low, -uniform.high, 'lower limit');
}

test('Dense: in and out are its two axes', () => {
  checkLaws((kernelInitializer) => layers.dense({ units: 5, inputShape: [8], kernelInitializer }), 'kernel', {
    fanIn: 8,
    fanOut: 5,
  });
});

test('Conv2D: the receptive field counts on both sides', () => {
  const make = (kernelInitializer: 'heNormal' | 'glorotUniform'): tf.layers.Layer =>
    layers.conv2d({ filters: 6, kernelSize: [3, 5], inputShape: [8, 8, 4], kernelInitializer });
  checkLaws(make, 'kernel', { fanIn: 15 * 4, fanOut: 15 * 6 });
});

test("Conv2DTranspose: Keras's own fans take the last two axes as in and out, whatever they are", () => {
  const make = (kernelInitializer: 'heNormal' | 'glorotUniform'): tf.layers.Layer =>
    layers.conv2dTranspose({ filters: 6, kernelSize: 3, inputShape: [8, 8, 2], kernelInitializer });
  checkLaws(make, 'kernel', { fanIn: 9 * 6, fanOut: 9 * 2 });
});

test('DepthwiseConv2D: the channels count as in, the multiplier as out', () => {
  const make = (depthwiseInitializer: 'heNormal' | 'glorotUniform'): tf.layers.Layer =>
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, inputShape: [8, 8, 4], depthwiseInitializer });
  checkLaws(make, 'depthwise_kernel', { fanIn: 9 * 4, fanOut: 9 * 2 });
});

test('LSTM: the fused gates count as out', () => {
  const make = (kernelInitializer: 'heNormal' | 'glorotUniform'): tf.layers.Layer =>
    layers.lstm({ units: 3, inputShape: [4, 2], recurrentInitializer: 'zeros', kernelInitializer });
  checkLaws(make, 'kernel', { fanIn: 2, fanOut: 12 });
});

test('a weight of one axis feeds and is fed by its length', () => {
  checkLaws((biasInitializer) => layers.dense({ units: 5, inputShape: [8], biasInitializer }), 'bias', {
    fanIn: 5,
    fanOut: 5,
  });
});

/** A Dense layer whose kernel starts as the topology says. */
async function fromTopology(initializer: unknown, layer: object = {}): Promise<tf.LayersModel> {
  const config = { name: 'd', units: 4, batch_input_shape: [null, 2], kernel_initializer: initializer, ...layer };
  return loadTopology(tf, {
    class_name: 'Sequential',
    config: { name: 's', layers: [{ class_name: 'Dense', config }] },
  });
}

async function topologyLaw(initializer: unknown): Promise<Law | undefined> {
  const model = await fromTopology(initializer);
  const law = parameters(tfjs(tf, model, { fresh: true }).tree())[0]?.fallback?.law;
  model.dispose();
  return law;
}

const std = (scale: number): number => Math.sqrt(scale) / CUT;
const cut = (law: number): object => ({ kind: 'truncated-normal', mean: 0, std: law, low: -2 * law, high: 2 * law });
const scaling = (config: object): object => ({ class_name: 'VarianceScaling', config });

const LAWS: readonly (readonly [string, unknown, object])[] = [
  ['Zeros', { class_name: 'Zeros', config: {} }, { kind: 'constant', value: 0 }],
  ['Ones', { class_name: 'Ones', config: {} }, { kind: 'constant', value: 1 }],
  ['a word in snake case', 'ones', { kind: 'constant', value: 1 }],
  ['Constant', { class_name: 'Constant', config: { value: -0.25 } }, { kind: 'constant', value: -0.25 }],
  ['RandomUniform', { class_name: 'RandomUniform', config: {} }, { kind: 'uniform', low: -0.05, high: 0.05 }],
  [
    'RandomUniform with a lower bound of 0',
    { class_name: 'RandomUniform', config: { minval: 0, maxval: 1, seed: 0 } },
    { kind: 'uniform', low: 0, high: 1 },
  ],
  [
    'RandomUniform with an upper bound of 0',
    { class_name: 'RandomUniform', config: { minval: -1, maxval: 0.0 } },
    { kind: 'uniform', low: -1, high: 0 },
  ],
  ['RandomNormal', { class_name: 'RandomNormal', config: { mean: 1 } }, { kind: 'normal', mean: 1, std: 0.05 }],
  [
    'RandomNormal with a deviation of 0',
    { class_name: 'RandomNormal', config: { mean: 0.5, stddev: 0 } },
    { kind: 'constant', value: 0.5 },
  ],
  [
    'TruncatedNormal, cut at two deviations and not corrected',
    { class_name: 'TruncatedNormal', config: { mean: 1, stddev: 0.5 } },
    { kind: 'truncated-normal', mean: 1, std: 0.5, low: 0, high: 2 },
  ],
  ['LecunNormal, which tfjs spells otherwise', { class_name: 'LecunNormal', config: {} }, cut(std(1 / 2))],
  ['HeNormal', 'he_normal', cut(std(2 / 2))],
  ['GlorotNormal', 'glorot_normal', cut(std(1 / 3))],
  ['VarianceScaling by default', scaling({}), cut(std(1 / 2))],
  [
    'VarianceScaling by fan-out, untruncated',
    scaling({ scale: 3, mode: 'fan_out', distribution: 'untruncated_normal' }),
    { kind: 'normal', mean: 0, std: Math.sqrt(3 / 4) },
  ],
  [
    'VarianceScaling truncated, which tfjs takes for uniform',
    scaling({ scale: 2, mode: 'fan_avg', distribution: 'truncated_normal' }),
    cut(std(2 / 3)),
  ],
  ['VarianceScaling of 0', scaling({ scale: 0, distribution: 'uniform' }), { kind: 'constant', value: 0 }],
  [
    'Orthogonal',
    { class_name: 'Orthogonal', config: { gain: 2 } },
    { kind: 'orthogonal', gain: 2, rows: 2, columns: 4 },
  ],
  ['Identity', { class_name: 'Identity', config: {} }, { kind: 'identity', gain: 1, rows: 2, columns: 4 }],
];

for (const [name, initializer, expected] of LAWS) {
  test(`${name} is the law that Keras means`, async () => {
    assert.equal(await topologyLaw(initializer), expected);
  });
}

test('Orthogonal flattens all axes but the last', () => {
  const conv = layers.conv2d({ filters: 6, kernelSize: 3, inputShape: [8, 8, 4], kernelInitializer: 'zeros' });
  Object.assign(conv, { kernelInitializer: tf.initializers.orthogonal({ gain: 1 }) });
  // Built before its initialiser is replaced: tfjs's own takes seconds.
  assert.equal(lawOf(conv, 'bias'), { kind: 'constant', value: 0 });
  const law = lawOf(
    layers.conv2d({ filters: 2, kernelSize: 2, inputShape: [3, 3, 1], kernelInitializer: 'orthogonal' }),
    'kernel',
  );
  assert.equal(law, { kind: 'orthogonal', gain: 1, rows: 4, columns: 2 });
});

test('the forget gate of an LSTM starts at 1 unless it was told otherwise', () => {
  const lstm = (unitForgetBias?: boolean): tf.layers.Layer =>
    layers.lstm({
      units: 3,
      inputShape: [4, 2],
      recurrentInitializer: 'zeros',
      ...(unitForgetBias === undefined ? {} : { unitForgetBias }),
    });
  const forget: Law = {
    kind: 'segments',
    segments: [
      { length: 3, law: { kind: 'constant', value: 0 } },
      { length: 3, law: { kind: 'constant', value: 1 } },
      { length: 6, law: { kind: 'constant', value: 0 } },
    ],
  };
  assert.equal(lawOf(lstm(true), 'bias'), forget);
  // tfjs documents true as its default and takes false.
  assert.equal(lawOf(lstm(), 'bias'), forget);
  assert.equal(lawOf(lstm(false), 'bias'), { kind: 'constant', value: 0 });
});

test("a gate's fans are those of its own part of the bias", () => {
  const law = lawOf(
    layers.lstm({ units: 3, inputShape: [4, 2], recurrentInitializer: 'zeros', biasInitializer: 'glorotUniform' }),
    'bias',
  );
  if (law?.kind !== 'segments') throw new Error(`became ${law?.kind}`);
  assert.equal(
    law.segments.map(({ law: part }) => (part.kind === 'uniform' ? part.high : part.kind)),
    [Math.sqrt(3 / 3), 'constant', Math.sqrt(3 / 6)],
  );
});

test('moving statistics start at 0 and 1, gains at 1, shifts at 0', () => {
  const names = ['gamma', 'beta', 'moving_mean', 'moving_variance'];
  const values = names.map((name) => lawOf(layers.batchNormalization({ inputShape: [3] }), name));
  assert.equal(
    values.map((law) => (law?.kind === 'constant' ? law.value : law?.kind)),
    [1, 0, 0, 1],
  );
});

test('a model that is not fresh has no fallbacks: its values mean something', () => {
  const model = tf.sequential({ layers: [layers.dense({ units: 2, inputShape: [2] })] });
  assert.equal(
    parameters(tfjs(tf, model).tree()).map(({ fallback }) => fallback),
    [undefined, undefined],
  );
});

async function refusal(initializer: unknown, layer: object = {}): Promise<AdapterError> {
  const model = await fromTopology(initializer, layer);
  try {
    tfjs(tf, model, { fresh: true }).tree();
  } catch (error) {
    if (error instanceof AdapterError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('an unknown initializer is refused by the name of layer and class, where it is needed', async () => {
  const error = await refusal({ class_name: 'Lecture', config: {} });
  assert.is(error.code, 'unknown-initializer');
  assert.is(error.path, 'd.kernel');
  for (const word of ["'d'", 'Dense', 'Lecture', 'kernelInitializer']) assert.match(error.message, word);
  const model = await fromTopology({ class_name: 'Lecture', config: {} });
  assert.is(parameters(tfjs(tf, model).tree()).length, 2);
});

const BAD: readonly (readonly [string, unknown, object?])[] = [
  ['a standard deviation below 0', { class_name: 'RandomNormal', config: { stddev: -1 } }],
  ['bounds in the wrong order', { class_name: 'RandomUniform', config: { minval: 1, maxval: -1 } }],
  ['a value that is not a number', { class_name: 'Constant', config: { value: 'two' } }],
  ['a scale below 0', scaling({ scale: -1 })],
  ['an unknown mode', scaling({ mode: 'fan_sum' })],
  ['an unknown distribution', scaling({ distribution: 'cauchy' })],
  ['an orthogonal bias', 'zeros', { bias_initializer: { class_name: 'Orthogonal', config: {} } }],
];

for (const [what, initializer, layer] of BAD) {
  test(`${what} is refused with the layer's name`, async () => {
    const error = await refusal(initializer, layer);
    assert.is(error.code, 'bad-initializer');
    assert.match(error.message, "layer 'd' (Dense)");
  });
}

test.run();
