import { ADAPTER_CASES } from '@incipit/core/testing';
import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tfjs } from './adapter.js';
import { ADAPTER_KINDS, nestedModel } from './testing/adapter-kinds.js';

const test = suite('tfjs parameters');
const { layers } = tf;

test.before(async () => {
  await tf.setBackend('cpu');
});

for (const [kind, make] of Object.entries(ADAPTER_KINDS)) {
  for (const { name, check } of ADAPTER_CASES) test(`${kind}: ${name}`, () => check(make(tf)));
}

function floats(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

test('describing, reading and writing leave no tensor behind', async () => {
  const model = nestedModel(tf);
  const before = { ...tf.memory() };
  const adapter = tfjs(tf, model);
  for (const { path } of adapter.tree().children.flatMap((child) => child.parameters)) {
    await adapter.write(path, await adapter.read(path));
  }
  await adapter.write('dense_Dense1.bias', { dtype: 'float32', shape: [2], bytes: floats([1, 2]) });
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  assert.equal([numTensors, numDataBuffers, numBytes], [before.numTensors, before.numDataBuffers, before.numBytes]);
});

test('a refused write leaves no tensor behind', () => {
  const adapter = tfjs(tf, nestedModel(tf));
  const before = tf.memory().numTensors;
  const wrong = { dtype: 'float32', shape: [3], bytes: floats([1, 2, 3]) } as const;
  assert.throws(() => adapter.write('dense_Dense1.bias', wrong), /float32\[2\]/);
  assert.is(tf.memory().numTensors, before);
});

test('written values are what the model computes with', async () => {
  const model = tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2], name: 'd' })] });
  const adapter = tfjs(tf, model);
  await adapter.write('d.kernel', { dtype: 'float32', shape: [2, 1], bytes: floats([2, 3]) });
  await adapter.write('d.bias', { dtype: 'float32', shape: [1], bytes: floats([1]) });
  const output = model.predict(tf.tensor2d([[10, 100]])) as tf.Tensor;
  assert.equal([...output.dataSync()], [321]);
});

test('a constraint does not touch initial values, as in Keras', async () => {
  const kernel = layers.dense({ units: 2, inputShape: [2], kernelConstraint: 'nonNeg', name: 'd' });
  const adapter = tfjs(tf, tf.sequential({ layers: [kernel] }));
  const bytes = floats([-1, 1, -2, 2]);
  const before = tf.memory().numTensors;
  await adapter.write('d.kernel', { dtype: 'float32', shape: [2, 2], bytes: bytes.slice() });
  assert.equal((await adapter.read('d.kernel')).bytes, bytes);
  assert.is(tf.memory().numTensors, before);
});

test('a weight is kept without a copy, put back with its constraint untouched, and let go', async () => {
  const kernel = layers.dense({ units: 2, inputShape: [2], kernelConstraint: 'nonNeg', name: 'd' });
  const adapter = tfjs(tf, tf.sequential({ layers: [kernel] }));
  const old = floats([-1, 1, -2, 2]);
  const data = { dtype: 'float32', shape: [2, 2] } as const;
  await adapter.write('d.kernel', { ...data, bytes: old.slice() });
  const before = { ...tf.memory() };
  for (const end of ['restore', 'release'] as const) {
    const kept = await adapter.keep?.('d.kernel');
    assert.is(tf.memory().numDataBuffers, before.numDataBuffers);
    await adapter.write('d.kernel', { ...data, bytes: floats([5, 6, 7, 8]) });
    await kept?.[end]?.();
    assert.equal((await adapter.read('d.kernel')).bytes, end === 'restore' ? old : floats([5, 6, 7, 8]));
    assert.is(tf.memory().numTensors, before.numTensors);
    assert.is(tf.memory().numBytes, before.numBytes);
  }
});

test('parts go where the values lie, but not into what a clone shares', async () => {
  const adapter = tfjs(tf, tf.sequential({ layers: [layers.dense({ units: 2, inputShape: [2], name: 'd' })] }));
  const part = { dtype: 'float32', shape: [2, 2], offset: 1, bytes: floats([8, 9]) } as const;
  await adapter.write('d.kernel', { dtype: 'float32', shape: [2, 2], bytes: floats([1, 2, 3, 4]) });
  const kept = await adapter.keep?.('d.kernel');
  assert.is(adapter.writePart?.('d.kernel', part), false);
  assert.equal((await adapter.read('d.kernel')).bytes, floats([1, 2, 3, 4]));
  await kept?.release?.();
  assert.is(adapter.writePart?.('d.kernel', part), true);
  const out = new Uint8Array(8);
  assert.is(adapter.readPart?.('d.kernel', 2, out), true);
  assert.equal((await adapter.read('d.kernel')).bytes, floats([1, 8, 9, 4]));
  assert.equal(out, floats([9, 4]));
});

test('a slice of a larger buffer is copied, so that the buffer is free again', async () => {
  const adapter = tfjs(tf, tf.sequential({ layers: [layers.dense({ units: 1, inputShape: [2], name: 'd' })] }));
  const buffer = new Uint8Array(64);
  // Neither aligned nor alone.
  const slice = buffer.subarray(5, 13);
  slice.set(floats([4, 5]));
  await adapter.write('d.kernel', { dtype: 'float32', shape: [2, 1], bytes: slice });
  buffer.fill(0);
  assert.equal((await adapter.read('d.kernel')).bytes, floats([4, 5]));
});

test.run();
