import { initialize, lawMoments } from '@incipit/core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FlatModel } from './flat-model.js';
import { modelShapes } from './shapes.js';

const test = suite('benchmark models');

test('the models have as many weights as they are known for', async () => {
  assert.is((await modelShapes('resnet-50')).elements, 25_557_032);
  assert.is((await modelShapes('vit-l-16')).elements, 304_326_632);
  assert.is((await modelShapes('gpt2-xl')).elements, 1_557_611_200);
  assert.is((await modelShapes('synthetic-1-gib')).elements * 4, 2 ** 30);
});

test('each parameter has the law of its kind', async () => {
  const { parameters } = await modelShapes('gpt2-xl');
  const law = (name: string) => parameters.find((parameter) => parameter.name === name)?.law;
  assert.equal(law('transformer.h.0.ln_1.weight'), { kind: 'constant', value: 1 });
  assert.equal(law('transformer.h.0.ln_1.bias'), { kind: 'constant', value: 0 });
  assert.equal(law('transformer.wte.weight'), { kind: 'normal', mean: 0, std: 0.02 });
  assert.equal(law('transformer.h.0.attn.c_proj.weight'), { kind: 'normal', mean: 0, std: 0.02 / Math.sqrt(96) });
});

test('a flat model takes every weight by its law, whole or in parts', async () => {
  const { parameters } = await modelShapes('resnet-50');
  const some = parameters.slice(0, 5);
  const [atomic, lean] = [new FlatModel(some), new FlatModel(some)];
  lean.allocate();
  await initialize(atomic, [], { seed: 42, device: 'cpu' });
  await initialize(lean, [], { seed: 42, device: 'cpu', atomic: false });
  for (const { name, law } of some) {
    const [{ bytes }, other] = [await atomic.read(name), await lean.read(name)];
    assert.equal(bytes, other.bytes);
    const values = new Float32Array(bytes.slice().buffer);
    const std = Math.sqrt(values.reduce((sum, value) => sum + (value - lawMoments(law).mean) ** 2, 0) / values.length);
    assert.ok(Math.abs(std - lawMoments(law).std) <= 0.05 * lawMoments(law).std, name);
  }
});

test.run();
