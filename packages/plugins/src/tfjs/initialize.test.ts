import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  type CpuDevice,
  createCpuDevice,
  type InitConfig,
  initialize,
  lawMoments,
  type ModuleNode,
  type ParameterSpec,
  type PlanStep,
  plan,
  type Report,
} from '@incipit/core';
import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tfjs } from './adapter.js';
import { loadTopology } from './topology.js';

const test = suite('tfjs, initialised');
const { layers } = tf;
let device: CpuDevice;

test.before(async () => {
  await tf.setBackend('cpu');
  device = await createCpuDevice();
});

test.after(() => device.dispose());

interface Golden {
  readonly topology: object;
  readonly weights: readonly object[];
}

function golden(name: string): Golden {
  const file = new URL(`../../test-data/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Golden;
}

function run(model: tf.LayersModel, config: InitConfig, seed?: number): Promise<Report> {
  return initialize(tfjs(tf, model), config, { device, measure: true, ...(seed === undefined ? {} : { seed }) });
}

function runFresh(model: tf.LayersModel, config: InitConfig, seed = 42): Promise<Report> {
  return initialize(tfjs(tf, model, { fresh: true }), config, { device, measure: true, seed });
}

function weights(model: tf.LayersModel): readonly (readonly number[])[] {
  return model.weights.map((weight) => [...weight.read().dataSync()]);
}

function parameters(node: ModuleNode): readonly ParameterSpec[] {
  return [...node.parameters, ...node.children.flatMap(parameters)];
}

function isRandom({ law }: PlanStep): boolean {
  return (
    law.kind === 'uniform' || law.kind === 'normal' || law.kind === 'truncated-normal' || law.kind === 'orthogonal'
  );
}

const RULES: readonly (readonly [string, InitConfig])[] = [
  [
    'ResNet50',
    [
      { type: 'Kaiming', layer: 'Conv2d' },
      { type: 'Constant', layer: '_BatchNorm', val: 1 },
      { type: 'Normal', layer: 'Linear', std: 0.01, bias_prob: 0.01 },
    ],
  ],
  ['MobileNetV2', [{ type: 'Kaiming', layer: ['Conv2D', 'DepthwiseConv2D'] }]],
  ['TextRNN', [{ type: 'TruncNormal', layer: 'Embedding', std: 0.02 }]],
];

for (const [name, rules] of RULES) {
  test(`${name}: one step or one reason for every weight, and the law's own deviation`, async () => {
    const { topology, weights: expected } = golden(name);
    const model = await loadTopology(tf, topology);
    const { plan: made, steps } = await runFresh(model, rules);
    assert.is(made.untouched.length, 0);
    assert.equal(
      made.steps.map(({ path }) => path),
      parameters(tfjs(tf, model).tree()).map(({ path }) => path),
    );
    assert.is(made.steps.length, expected.length);
    const large = made.steps.filter((step, index) => isRandom(step) && (steps[index]?.elements ?? 0) > 1e5);
    assert.ok(large.length > 0);
    for (const step of large) {
      const measured = steps.find(({ path }) => path === step.path)?.statistics?.std ?? Number.NaN;
      const ratio = measured / (lawMoments(step.law)?.std ?? Number.NaN);
      assert.ok(Math.abs(ratio - 1) < 0.01, `${step.path}: ${ratio} of the law's std`);
    }
    model.dispose();
  });
}

test('a model that means something keeps what no rule touches, with the reason', async () => {
  const model = await loadTopology(tf, golden('TextRNN').topology);
  const { plan: made } = await run(model, { type: 'Xavier', layer: 'Dense' });
  assert.equal(
    made.steps.map(({ path }) => path),
    ['dense.kernel', 'dense.bias'],
  );
  assert.is(made.untouched.length, 14);
  for (const { reason } of made.untouched) assert.ok(reason.length > 0);
  model.dispose();
});

const DENSE: InitConfig = { type: 'Kaiming', layer: 'Dense', distribution: 'uniform' };

function perceptron(units: readonly number[], extra: readonly string[] = []): tf.Sequential {
  const model = tf.sequential();
  for (const [index, count] of units.entries()) {
    model.add(layers.dense({ units: count, ...(index === 0 ? { inputShape: [8] } : {}) }));
    const name = extra[index];
    if (name !== undefined) model.add(layers.dense({ units: count, name }));
  }
  return model;
}

test('the same code built twice gets the same bits, whatever tfjs calls its layers', async () => {
  const [first, second] = [perceptron([16, 4]), perceptron([16, 4])];
  assert.is.not(first.layers[0]?.name, second.layers[0]?.name);
  await run(first, DENSE, 42);
  await run(second, DENSE, 42);
  assert.equal(weights(second), weights(first));
});

test('layers added later or with names of their own change no other bits', async () => {
  const [plain, extended] = [perceptron([16, 4]), perceptron([16, 4, 2], ['a', 'b'])];
  await run(plain, DENSE, 42);
  await run(extended, DENSE, 42);
  const [kernel, , last] = weights(plain);
  const [sameKernel, , , , sameLast] = weights(extended);
  assert.equal(sameKernel, kernel);
  assert.equal(sameLast, last);
});

test('seed 0 is a seed: repeatable, the default, and not seed 1', async () => {
  const values = async (seed?: number): Promise<unknown> => {
    const model = perceptron([4]);
    await run(model, DENSE, seed);
    return weights(model);
  };
  assert.equal(await values(0), await values(0));
  assert.equal(await values(), await values(0));
  assert.not.equal(await values(1), await values(0));
});

test('two layers that name one seed do not share a stream, as they do in tfjs', async () => {
  const kernelInitializer = (): ReturnType<typeof tf.initializers.heNormal> => tf.initializers.heNormal({ seed: 7 });
  const model = tf.sequential({
    layers: [
      layers.dense({ units: 8, inputShape: [8], kernelInitializer: kernelInitializer(), name: 'a' }),
      layers.dense({ units: 8, kernelInitializer: kernelInitializer(), name: 'b' }),
    ],
  });
  const [own, , ownToo] = weights(model);
  assert.equal(own, ownToo, 'what tfjs gets wrong');
  await runFresh(model, []);
  const [first, , second] = weights(model);
  assert.not.equal(first, second);
});

interface FanCase {
  readonly name: string;
  readonly layer: () => tf.layers.Layer;
  readonly weight: string;
  readonly fans: { readonly fanIn: number; readonly fanOut: number };
}

const FANS: readonly FanCase[] = [
  {
    name: 'Conv2DTranspose',
    layer: () => layers.conv2dTranspose({ filters: 64, kernelSize: 3, inputShape: [8, 8, 4], name: 'l' }),
    weight: 'l.kernel',
    fans: { fanIn: 9 * 4, fanOut: 9 * 64 },
  },
  {
    name: 'DepthwiseConv2D',
    layer: () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, inputShape: [8, 8, 64], name: 'l' }),
    weight: 'l.depthwise_kernel',
    fans: { fanIn: 9, fanOut: 9 * 2 },
  },
  {
    name: 'SeparableConv2D',
    layer: () => layers.separableConv2d({ filters: 5, kernelSize: 3, inputShape: [8, 8, 6], name: 'l' }),
    weight: 'l.pointwise_kernel',
    fans: { fanIn: 6, fanOut: 5 },
  },
  {
    name: 'Conv1D',
    layer: () => layers.conv1d({ filters: 5, kernelSize: 3, inputShape: [8, 6], name: 'l' }),
    weight: 'l.kernel',
    fans: { fanIn: 18, fanOut: 15 },
  },
  {
    name: 'LSTM',
    layer: () => layers.lstm({ units: 5, inputShape: [8, 6], recurrentInitializer: 'zeros', name: 'l' }),
    weight: 'l.kernel',
    fans: { fanIn: 6, fanOut: 5 },
  },
];

for (const { name, layer, weight, fans } of FANS) {
  test(`${name}: a rule's fans are those of what the axes mean`, () => {
    const model = tf.sequential({ layers: [layer()] });
    const { steps } = plan(tfjs(tf, model), { type: 'Xavier', layer: name });
    const step = steps.find(({ path }) => path === weight);
    assert.equal(step?.provenance.fans, fans);
    const std = Math.sqrt(2 / (fans.fanIn + fans.fanOut));
    assert.is(step?.law.kind === 'normal' ? step.law.std : undefined, Math.fround(std));
  });
}

test("a truncated law has the deviation that was asked for, not tfjs's 0.88 of it", async () => {
  const make = (): tf.Sequential =>
    tf.sequential({
      layers: [layers.dense({ units: 500, inputShape: [500], kernelInitializer: 'heNormal', name: 'l' })],
    });
  const deviation = (values: readonly number[]): number =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length) / Math.sqrt(2 / 500);
  const model = make();
  const tfjsOwn = deviation(weights(model)[0] ?? []);
  await runFresh(model, []);
  const ours = deviation(weights(model)[0] ?? []);
  assert.ok(Math.abs(ours - 1) < 0.01, `ours ${ours}`);
  assert.ok(tfjsOwn < 0.9, `tfjs ${tfjsOwn}`);
});

test('a bound of 0 is a bound, and a deviation of 0 a constant, from a rule and from a topology', async () => {
  const uniform = perceptron([500]);
  await run(uniform, { type: 'Uniform', layer: 'Dense', a: 0, b: 1 });
  const [values = []] = weights(uniform);
  assert.ok(values.every((value) => value >= 0 && value < 1));
  const normal = perceptron([4]);
  await run(normal, { type: 'Normal', layer: 'Dense', mean: 0.5, std: 0 });
  assert.ok(weights(normal)[0]?.every((value) => value === 0.5));
  const initializer = (name: string, config: object): object => ({ class_name: name, config });
  const model = await loadTopology(tf, {
    class_name: 'Sequential',
    config: {
      name: 's',
      layers: [
        {
          class_name: 'Dense',
          config: {
            name: 'd',
            units: 50,
            batch_input_shape: [null, 50],
            kernel_initializer: initializer('RandomUniform', { minval: 0, maxval: 1 }),
            bias_initializer: initializer('RandomNormal', { mean: 2, stddev: 0 }),
          },
        },
      ],
    },
  });
  await runFresh(model, []);
  const [kernel = [], bias = []] = weights(model);
  assert.ok(kernel.every((value) => value >= 0 && value < 1));
  assert.ok(Math.max(...kernel) > 0.9);
  assert.ok(bias.every((value) => value === 2));
});

test('every way of starting a fresh model is carried out', async () => {
  const model = tf.sequential({
    layers: [
      layers.lstm({ units: 4, inputShape: [3, 2], recurrentInitializer: 'orthogonal', name: 'l' }),
      layers.batchNormalization({ name: 'n' }),
      layers.dense({ units: 4, kernelInitializer: 'identity', name: 'd' }),
    ],
  });
  for (const weight of model.weights) weight.write(tf.fill(weight.shape as number[], 9));
  const { plan: made } = await runFresh(model, []);
  assert.is(made.untouched.length, 0);
  const adapter = tfjs(tf, model);
  const values = async (path: string): Promise<readonly number[]> => {
    const { bytes } = await adapter.read(path);
    return [...new Float32Array(bytes.buffer)];
  };
  assert.equal(await values('l.bias'), [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(await values('d.kernel'), [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  const statistics = ['n.gamma', 'n.beta', 'n.moving_mean', 'n.moving_variance'].map(values);
  assert.equal(
    (await Promise.all(statistics)).map(([value]) => value),
    [1, 0, 0, 1],
  );
  const rows = await values('l.recurrent_kernel');
  for (let row = 0; row < 4; row += 1) {
    const squares = rows.slice(row * 16, row * 16 + 16).reduce((sum, value) => sum + value * value, 0);
    assert.ok(Math.abs(squares - 1) < 1e-5, `row ${row}: ${squares}`);
  }
});

test('torch names of layers and children work in rules and overrides', async () => {
  const model = tf.sequential({
    layers: [
      layers.conv2d({ filters: 2, kernelSize: 1, inputShape: [2, 2, 2], name: 'stem' }),
      layers.flatten(),
      layers.dense({ units: 2, name: 'head' }),
    ],
  });
  const { plan: made } = await run(model, [
    {
      type: 'Constant',
      layer: ['Conv2d', 'Linear'],
      val: 1,
      bias: 2,
      override: { type: 'Constant', name: 'head', val: 3, bias: 4 },
    },
  ]);
  assert.is(made.steps.length, 4);
  const firsts = weights(model).map(([value]) => value);
  assert.equal(firsts, [1, 2, 3, 4]);
});

test('the memory of tfjs and of the runtime is the same after 20 runs and after 200', async () => {
  const model = perceptron([16, 4]);
  const seen: string[] = [];
  for (let times = 1; times <= 200; times += 1) {
    await initialize(tfjs(tf, model), DENSE, { device, seed: times });
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    if (times === 20 || times === 200) seen.push([numTensors, numDataBuffers, numBytes, device.memoryBytes].join(' '));
  }
  assert.is(seen[0], seen[1]);
});

const REFUSED: readonly (readonly [string, InitConfig, string])[] = [
  ['a rule that matches nothing', { type: 'Kaiming', layer: 'Conv2d' }, 'Conv2d'],
  [
    'an override of a child that is not there',
    { type: 'Constant', layer: 'Dense', val: 1, override: { name: 'tail' } },
    'tail',
  ],
  ['fans of a weight that mixes no units', { type: 'Xavier', layer: 'PReLU' }, 'alpha'],
];

for (const [what, config, word] of REFUSED) {
  test(`${what} is refused, and the model is as it was`, async () => {
    const model = perceptron([4]);
    model.add(layers.prelu({ name: 'act' }));
    const before = weights(model);
    const error = await run(model, config).catch((cause: unknown) => cause);
    assert.instance(error, Error);
    assert.match((error as Error).message, word);
    assert.equal(weights(model), before);
  });
}

test.run();
