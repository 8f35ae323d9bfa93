import {
  type Axis,
  createWebGpuDevice,
  DeviceError,
  type ExecuteOptions,
  execute,
  formatLaw,
  type InitConfig,
  initialize,
  Module,
  ModuleAdapter,
  Parameter,
  type ParameterOptions,
  type PathMapping,
  type Plan,
  type Shape,
} from '@incipit/core';
import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tfjs } from './adapter.js';

const test = suite('tfjs and torch, one network');
const { layers } = tf;

/** A module of torch's with its own name and its weights in torch's layout. */
class TorchModule extends Module {
  readonly #type: string;

  constructor(type: string, members: Readonly<Record<string, Module | Parameter>>) {
    super();
    this.#type = type;
    Object.assign(this, members);
  }

  override get typeNames(): readonly string[] {
    return [this.#type];
  }
}

function weight(shape: Shape, axes: readonly Axis[], options: ParameterOptions = {}): Parameter {
  return new Parameter(shape, { axes, role: 'weight', ...options });
}

function vector(length: number): Parameter {
  return new Parameter([length], { axes: ['elementwise'] });
}

const HW: readonly Axis[] = ['spatial', 'spatial'];
const LSTM: ParameterOptions = { slices: { axis: 0, names: ['i', 'f', 'g', 'o'] } };
const GRU: ParameterOptions = { slices: { axis: 0, names: ['r', 'z', 'n'] } };

function torchNet(): Module {
  return new TorchModule('Net', {
    conv: new TorchModule('Conv2d', { weight: weight([8, 4, 3, 5], ['out', 'in', ...HW]), bias: vector(8) }),
    bn: new TorchModule('BatchNorm2d', { weight: vector(8), bias: vector(8) }),
    dw: new TorchModule('Conv2d', {
      weight: weight([16, 1, 3, 3], ['out', 'in', ...HW], { groups: 8 }),
      bias: vector(16),
    }),
    up: new TorchModule('ConvTranspose2d', { weight: weight([16, 6, 2, 4], ['in', 'out', ...HW]), bias: vector(6) }),
    fc: new TorchModule('Linear', { weight: weight([10, 6], ['out', 'in']), bias: vector(10) }),
    lstm: new TorchModule('LSTM', {
      weight_ih_l0: weight([12, 5], ['out', 'in'], LSTM),
      weight_hh_l0: weight([12, 3], ['out', 'in'], LSTM),
    }),
    gru: new TorchModule('GRU', {
      weight_ih_l0: weight([12, 3], ['out', 'in'], GRU),
      weight_hh_l0: weight([12, 4], ['out', 'in'], GRU),
    }),
  });
}

function tfjsNet(): tf.LayersModel {
  const image = tf.input({ shape: [8, 8, 4] });
  let x = layers.conv2d({ name: 'conv', filters: 8, kernelSize: [3, 5], padding: 'same' }).apply(image);
  x = layers.batchNormalization({ name: 'bn' }).apply(x);
  x = layers.depthwiseConv2d({ name: 'dw', kernelSize: 3, depthMultiplier: 2, padding: 'same' }).apply(x);
  x = layers.conv2dTranspose({ name: 'up', filters: 6, kernelSize: [2, 4], padding: 'same' }).apply(x);
  x = layers.dense({ name: 'fc', units: 10 }).apply(layers.globalAveragePooling2d({ name: 'pool' }).apply(x));
  const text = tf.input({ shape: [7, 5] });
  let y = layers.lstm({ name: 'lstm', units: 3, returnSequences: true }).apply(text);
  y = layers.gru({ name: 'gru', units: 4 }).apply(y);
  return tf.model({ inputs: [image, text], outputs: [x, y] as tf.SymbolicTensor[] });
}

/** From Keras's names to torch's; the first pattern that fits counts. */
const PATHS: PathMapping = {
  '*.recurrent_kernel': '*.weight_hh_l0',
  'lstm.kernel': 'lstm.weight_ih_l0',
  'gru.kernel': 'gru.weight_ih_l0',
  '*.kernel': '*.weight',
  '*.depthwise_kernel': '*.weight',
  '*.gamma': '*.weight',
  '*.beta': '*.bias',
};

const RULES: InitConfig = [
  { type: 'Kaiming', layer: ['Conv2d', 'ConvTranspose2d'], distribution: 'uniform' },
  { type: 'Orthogonal', layer: 'Linear' },
  { type: 'Uniform', layer: 'BatchNorm2d', a: 0.5, b: 1.5 },
  { type: 'Xavier', layer: ['LSTM', 'GRU'], distribution: 'normal' },
];

/** Each weight of the tfjs model: torch's, as which axes lie, and in which axes torch's own have to be seen for that. */
const SAME: readonly (readonly [tfjs: string, torch: string, shape: Shape, axes: readonly number[]])[] = [
  ['conv/kernel', 'conv.weight', [8, 4, 3, 5], [2, 3, 1, 0]],
  ['bn/gamma', 'bn.weight', [8], [0]],
  ['dw/depthwise_kernel', 'dw.weight', [8, 2, 3, 3], [2, 3, 0, 1]],
  ['up/kernel', 'up.weight', [16, 6, 2, 4], [2, 3, 1, 0]],
  ['fc/kernel', 'fc.weight', [10, 6], [1, 0]],
  ['lstm/kernel', 'lstm.weight_ih_l0', [12, 5], [1, 0]],
  ['lstm/recurrent_kernel', 'lstm.weight_hh_l0', [12, 3], [1, 0]],
];

async function torchValues(model: Module, path: string): Promise<readonly number[]> {
  const { bytes } = await new ModuleAdapter(model).read(path);
  return [...new Float32Array(bytes.buffer)];
}

function tfjsValues(model: tf.LayersModel, name: string): readonly number[] {
  const found = model.weights.find((weight) => weight.originalName.endsWith(name));
  if (found === undefined) throw new Error(`tfjs has no ${name}`);
  return [...found.read().dataSync()];
}

function transposed(values: readonly number[], shape: Shape, axes: readonly number[]): readonly number[] {
  return tf.tidy(() => [...tf.transpose(tf.tensor([...values], [...shape]), [...axes]).dataSync()]);
}

async function assertSameNetwork(model: tf.LayersModel, torch: Module): Promise<void> {
  for (const [name, path, shape, axes] of SAME) {
    const values = await torchValues(torch, path);
    assert.ok(new Set(values).size > 2, `${path} is random`);
    assert.equal(tfjsValues(model, name), transposed(values, shape, axes), name);
  }
  // Of a GRU, Keras has the gates z, r, h, torch r, z, n: units 4 to 8 come first.
  const gates = [4, 5, 6, 7, 0, 1, 2, 3, 8, 9, 10, 11];
  for (const [name, path, input] of [
    ['gru/kernel', 'gru.weight_ih_l0', 3],
    ['gru/recurrent_kernel', 'gru.weight_hh_l0', 4],
  ] as const) {
    const values = await torchValues(torch, path);
    const rows = gates.flatMap((row) => values.slice(row * input, (row + 1) * input));
    assert.equal(tfjsValues(model, name), transposed(rows, [12, input], [1, 0]), name);
  }
}

async function gpuAbsence(): Promise<string | undefined> {
  try {
    (await createWebGpuDevice()).dispose();
    return undefined;
  } catch (error) {
    if (error instanceof DeviceError) return error.what;
    throw error;
  }
}

const noGpu = await gpuAbsence();
const DEVICES: readonly (readonly [string, ExecuteOptions, string | undefined])[] = [
  ['one thread', { device: 'cpu', threads: 1 }, undefined],
  ['threads', { device: 'cpu', threads: 3 }, undefined],
  ['WebGPU', { device: 'webgpu' }, noGpu],
];

test.before(async () => {
  await tf.setBackend('cpu');
});

for (const [name, options, absent] of DEVICES) {
  const title = `every layer has torch's weights, transposed, on ${name}`;
  if (absent !== undefined) {
    test.skip(`${title} (skipped: ${absent})`);
    continue;
  }
  test(title, async () => {
    const [model, torch] = [tfjsNet(), torchNet()];
    await initialize(tfjs(tf, model), RULES, { canonical: 'oihw', paths: PATHS, seed: 42, ...options });
    await initialize(torch, RULES, { canonical: 'oihw', seed: 42, device: 'cpu', threads: 1 });
    await assertSameNetwork(model, torch);
    model.dispose();
  });
}

test('a plan that was saved gives torch’s weights elsewhere', async () => {
  const [model, elsewhere, torch] = [tfjsNet(), tfjsNet(), torchNet()];
  const { plan } = await initialize(tfjs(tf, model), RULES, { canonical: 'oihw', paths: PATHS, seed: 42 });
  await execute(JSON.parse(JSON.stringify(plan)) as Plan, tfjs(tf, elsewhere));
  await initialize(torch, RULES, { canonical: 'oihw', seed: 42 });
  await assertSameNetwork(elsewhere, torch);
  model.dispose();
  elsewhere.dispose();
});

test('without the options the same seed gives other weights', async () => {
  const [model, torch] = [tfjsNet(), torchNet()];
  await initialize(tfjs(tf, model), RULES, { seed: 42 });
  await initialize(torch, RULES, { seed: 42 });
  const values = await torchValues(torch, 'conv.weight');
  assert.not.equal(tfjsValues(model, 'conv/kernel'), transposed(values, [8, 4, 3, 5], [2, 3, 1, 0]));
  model.dispose();
});

test('what layers ask for themselves is drawn in logical order too, matrices transposed', async () => {
  const model = tfjsNet();
  const { plan } = await initialize(tfjs(tf, model, { fresh: true }), [], { canonical: 'oihw', unmatched: 'ignore' });
  assert.equal(plan.warnings, []);
  const laws = plan.steps.map(({ path, law, order }) => `${path}: ${formatLaw(law)} ${order?.axes.join('')}`);
  // Keras's matrix is 3 × 12, and its transpose is drawn.
  assert.ok(laws.includes('lstm.recurrent_kernel: orthogonal(12 × 3, gain 1) 10'), laws.join('\n'));
  const random = plan.steps.filter(({ law }) => law.kind !== 'constant' && law.kind !== 'segments');
  assert.is(random.length, 8);
  assert.ok(random.every(({ order }) => order !== undefined));
  model.dispose();
});

test.run();
