import { initialize, type ModuleNode, plan } from '@incipit/core';
import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tfjs, tfjsVariables } from './adapter.js';

const test = suite('variables of tfjs');

test.before(async () => {
  await tf.setBackend('cpu');
});

const layer = (inputs: number, outputs: number) => ({
  w: tf.variable(tf.zeros([inputs, outputs])),
  b: tf.variable(tf.zeros([outputs])),
});
const OPTIONS = { axes: { '**.w': ['in', 'out'] }, types: { 'layers.*': 'Linear' } } as const;

function modules(node: ModuleNode): readonly ModuleNode[] {
  return [node, ...node.children.flatMap(modules)];
}

test('objects and arrays are modules, a variable in two places is tied, and what is none is told of', () => {
  const tied = layer(3, 3);
  const collection = { layers: [tied, layer(3, 2)], again: tied.w, rate: 0.1, nothing: null };
  const all = modules(tfjsVariables(tf, collection, OPTIONS).tree());
  assert.equal(
    all.map(({ path, types }) => `${path}: ${types.join(' ')}`),
    [': Module', 'layers: Module', 'layers.0: Linear Module', 'layers.1: Linear Module'],
  );
  const [weight, bias] = all[2]?.parameters ?? [];
  assert.equal(
    [weight?.path, weight?.role, weight?.axes, weight?.aliases],
    ['layers.0.w', 'weight', ['in', 'out'], ['again']],
  );
  assert.equal([bias?.path, bias?.role, bias?.axes], ['layers.0.b', 'bias', undefined]);
  assert.equal(
    all[0]?.warnings?.map(({ path, message }) => [path, message]),
    [['rate', "The number 'rate' is no `tf.Variable` and is left alone"]],
  );
});

test('a run sets variables in place, leaves frozen ones alone, and leaves no tensor behind', async () => {
  const collection = { layers: [layer(300, 200)], frozen: tf.variable(tf.ones([2]), false) };
  const { w } = collection.layers[0] ?? layer(1, 1);
  const { numTensors, numBytes } = tf.memory();
  const { plan: made } = await initialize(tfjsVariables(tf, collection, OPTIONS), {
    type: 'Kaiming',
    layer: 'Linear',
    mode: 'fan_in',
    bias: 0.5,
  });
  assert.equal([tf.memory().numTensors, tf.memory().numBytes], [numTensors, numBytes]);
  assert.equal(
    made.steps.map(({ path, provenance }) => [path, provenance.fans?.fanIn]),
    [
      ['layers.0.w', 300],
      ['layers.0.b', undefined],
    ],
  );
  const std = Math.sqrt(tf.tidy(() => w.square().mean().dataSync()[0] ?? 0));
  assert.ok(Math.abs(std / Math.sqrt(2 / 300) - 1) < 0.02, `std ${std}`);
  assert.equal([...collection.frozen.dataSync()], [1, 1]);
});

test('the same names give the same values as in another framework', async () => {
  const { w, b } = layer(3, 4);
  const adapter = tfjsVariables(
    tf,
    { head: { kernel: w, bias: b } },
    { axes: { 'head.kernel': ['in', 'out'] }, types: { head: 'Dense' } },
  );
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [3], name: 'head' })] });
  for (const one of [adapter, tfjs(tf, model)]) await initialize(one, { type: 'Xavier', layer: 'Dense' }, { seed: 3 });
  assert.equal((await adapter.read('head.kernel')).bytes, (await tfjs(tf, model).read('head.kernel')).bytes);
});

test('an optimiser goes on from what was written', async () => {
  const { w, b } = layer(2, 1);
  await initialize(tfjsVariables(tf, { w, b }, { types: { '': 'Linear' } }), {
    type: 'Constant',
    layer: 'Linear',
    val: 2,
  });
  const loss = (): tf.Scalar =>
    tf
      .ones([1, 2])
      .matMul(w as tf.Tensor2D)
      .add(b)
      .square()
      .sum();
  const before = tf.tidy(() => loss().dataSync()[0]);
  assert.is(before, 16);
  tf.train.sgd(0.01).minimize(loss);
  assert.ok((tf.tidy(() => loss().dataSync()[0]) ?? 16) < 16);
});

test('a namespace without layers, as that of tfjs-core, will do', async () => {
  const { layers: _, models: __, ...core } = tf;
  const w = core.variable(core.zeros([2]));
  await initialize(tfjsVariables(core, { w }), { type: 'Constant', layer: 'Module', val: 3 });
  assert.equal([...w.dataSync()], [3, 3]);
});

test('what cannot be set is refused, with what to do', () => {
  const refused = (collection: object, expected: RegExp): void => {
    assert.throws(() => plan(tfjsVariables(tf, collection), { type: 'Constant', layer: 'Module', val: 0 }), expected);
  };
  refused({ w: tf.zeros([2]) }, /A tensor is no variable.*`tf\.variable\(tensor\)`/s);
  refused({ head: tf.layers.dense({ units: 1 }) }, /A layer is no variable.*tfjs\(tf, model\)/s);
  refused(tf.layers.dense({ units: 1 }), /pass it to `tfjs\(tf, model\)`/);
  refused(tf.variable(tf.zeros([1])), /`\{ w: variable \}`/);
  const disposed = tf.variable(tf.zeros([1]));
  disposed.dispose();
  refused({ disposed }, /disposed/);
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  refused(cyclic, /holds itself/);
  refused({ text: tf.variable(tf.tensor(['a'])) }, /the dtype 'string'/);
  assert.throws(() => tfjsVariables({} as never, {}), /not TensorFlow\.js/);
  const foreign = { dataId: {}, shape: [1], dtype: 'float32', assign: () => undefined };
  refused({ foreign }, /another copy of tfjs/);
});

test('a variable that is disposed after it was looked at is told of', async () => {
  const w = tf.variable(tf.zeros([1]));
  const adapter = tfjsVariables(tf, { w });
  adapter.tree();
  w.dispose();
  try {
    await adapter.read('w');
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /is disposed/);
  }
});

test.run();
