import { type Adapter, initialize, ModuleAdapter, parametersByPath, type TensorData } from '@incipit/core';
import { loadConfigFile } from '@incipit/registry/config';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CONFIG, loadModel } from './resnet50.js';
import { toKeras, torchModel, torchPath, toTorch } from './torch.js';

const test = suite('one ResNet-50 in Keras and in PyTorch');

const config = await loadConfigFile(CONFIG);
const keras = await loadModel();
const torch: Adapter = new ModuleAdapter(await torchModel());
await initialize(keras, config, { seed: 42, canonical: 'oihw', paths: torchPath });
await initialize(torch, config, { seed: 42, canonical: 'oihw' });

const kerasParameters = [...parametersByPath(keras.tree()).values()];
const torchParameters = parametersByPath(torch.tree());
/** Keras's parameters that PyTorch has too, each with its path there. */
const pairs = kerasParameters.flatMap((parameter) => {
  const path = torchPath(parameter.path);
  return path !== undefined && torchParameters.has(path) ? [[parameter, path] as const] : [];
});

function floats({ bytes }: TensorData): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  return Buffer.from(a.buffer).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));
}

test('PyTorch has all its parameters in Keras, which has biases of convolutions and moving statistics beside', () => {
  assert.is(torchParameters.size, 161);
  assert.equal(new Set(pairs.map(([, path]) => path)), new Set(torchParameters.keys()));
  const alone = kerasParameters.filter((parameter) => !pairs.some(([paired]) => paired === parameter));
  assert.is(alone.length, 53 + 2 * 53);
  assert.ok(alone.every(({ path }) => /_conv\.bias$|_bn\.moving_(mean|variance)$/.test(path)));
});

test('Keras’s weights, transposed, are PyTorch’s: all 25.6 million values', async () => {
  let elements = 0;
  for (const [{ path, shape }, torchName] of pairs) {
    const converted = toTorch(floats(await keras.read(path)), shape);
    elements += converted.length;
    assert.ok(isSame(converted, floats(await torch.read(torchName))), path);
  }
  assert.is(elements, 25_557_032);
});

test('PyTorch’s weights, transposed, are Keras’s', async () => {
  for (const [{ path }, torchName] of pairs) {
    const tensor = await torch.read(torchName);
    assert.ok(isSame(toKeras(floats(tensor), tensor.shape), floats(await keras.read(path))), path);
  }
});

test('a weight is no constant, and no two begin alike', async () => {
  const beginnings = new Set<string>();
  const kernels = pairs.filter(([{ shape }]) => shape.length > 1);
  for (const [, torchName] of kernels) {
    const beginning = floats(await torch.read(torchName)).subarray(0, 8);
    assert.is(new Set(beginning).size, 8, torchName);
    beginnings.add(String(beginning));
  }
  assert.is(beginnings.size, kernels.length);
  assert.is(kernels.length, 54);
});

test.run();
