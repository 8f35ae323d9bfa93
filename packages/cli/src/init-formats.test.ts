import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from '@incipit/core';
import { openCheckpoint } from '@incipit/core/node';
import { FORMATS } from '@incipit/plugins/formats';
import type { io, LayersModel } from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadTensorFlow } from './load-tensorflow.js';
import { callCli, folderWith, type Outcome, SMALL_CONFIG, SMALL_MODEL } from './testing/run-cli.js';

const test = suite('formats of incipit init');

const folder = await folderWith({ 'topology.json': SMALL_MODEL, 'config.yaml': SMALL_CONFIG });
const at = (name: string): string => join(folder, name);
const OUT = at('out');
await mkdir(OUT);

test.before.each(async () => {
  for (const name of await readdir(OUT)) await rm(join(OUT, name));
});
test.after(() => rm(folder, { recursive: true }));

function init(out: string, model = at('topology.json'), ...more: readonly string[]): Promise<Outcome> {
  const args = ['--model', model, '--config', at('config.yaml'), '--seed', '3', '--out', out];
  return callCli(['init', ...args, '--quiet', ...more]);
}

async function valuesOf(file: Checkpoint): Promise<Readonly<Record<string, Uint8Array>>> {
  const names = Object.keys(file.header.tensors).sort();
  const values = await Promise.all(names.map(async (name) => [name, (await file.read(name)).slice()] as const));
  await file.close();
  return Object.fromEntries(values);
}

assert.is((await init(at('expected.safetensors'))).code, 0);
const expected = await valuesOf(await openCheckpoint(at('expected.safetensors')));

for (const name of ['a.safetensors.index.json', 'a.npz', 'a.onnx', 'model.json', 'A.NPZ']) {
  test(`--out ${name} holds what the safetensors file holds, and who made it`, async () => {
    const { code, out, err } = await init(join(OUT, name));
    assert.is(code, 0, err);
    assert.match(out, name);
    const file = await openCheckpoint(join(OUT, name), FORMATS);
    assert.is(file.header.metadata['seed'], '3');
    assert.match(file.header.metadata['version'] ?? '', /^\d+\./);
    assert.equal(await valuesOf(file), expected);
    assert.match((await callCli(['inspect', join(OUT, name)])).out, /stem[\s\S]*kernel/);
  });
}

/** What tfjs makes of a model.json and its shards. */
async function loadLayers(path: string): Promise<LayersModel> {
  const tf = await loadTensorFlow();
  const json = JSON.parse(await readFile(path, 'utf8')) as io.ModelJSON;
  const loadWeights = async (manifest: io.WeightsManifestConfig): Promise<[io.WeightsManifestEntry[], ArrayBuffer]> => {
    const shards = await Promise.all(manifest.flatMap(({ paths }) => paths).map((shard) => readFile(join(OUT, shard))));
    return [manifest.flatMap(({ weights }) => weights), new Uint8Array(Buffer.concat(shards)).buffer];
  };
  return tf.loadLayersModel({ load: () => tf.io.getModelArtifactsForJSON(json, loadWeights) });
}

test('a model.json is a model that tfjs loads, and that init takes again', async () => {
  assert.is((await init(join(OUT, 'model.json'))).code, 0);
  const loaded = await loadLayers(join(OUT, 'model.json'));
  assert.equal(
    loaded.layers.map((layer) => [layer.getClassName(), layer.name]),
    [
      ['Conv2D', 'stem'],
      ['BatchNormalization', 'norm'],
      ['Flatten', 'flatten'],
      ['Dense', 'head'],
    ],
  );
  const kernel = (await loaded.getLayer('stem').getWeights()[0]?.data()) as Float32Array;
  assert.equal(new Uint8Array(kernel.slice().buffer), expected['stem.kernel']);
  loaded.dispose();
  const again = await init(at('again.safetensors'), join(OUT, 'model.json'));
  assert.is(again.code, 0, again.err);
  assert.equal(await valuesOf(await openCheckpoint(at('again.safetensors'))), expected);
});

test('a weight file may become any of them', async () => {
  for (const name of ['b.npz', 'b.onnx', 'b.json']) {
    const { code, err } = await init(join(OUT, name), at('expected.safetensors'), '--unmatched', 'ignore');
    assert.is(code, 0, err);
    const file = await openCheckpoint(join(OUT, name), FORMATS);
    assert.equal(Object.keys(await valuesOf(file)), Object.keys(expected));
  }
});

test('an ending that is none is wrong usage, told with those that there are', async () => {
  const { code, err } = await init(join(OUT, 'weights.bin'));
  assert.is(code, 2);
  assert.match(err, "the ending of '--out");
  assert.match(err, '.json, .npz, .onnx, .safetensors, .safetensors.index.json');
});

test('a dtype that the format lacks is refused before anything is written', async () => {
  for (const name of ['model.json', 'a.npz']) {
    const { code, err } = await init(join(OUT, name), at('topology.json'), '--dtype', 'bfloat16');
    assert.is(code, 1);
    assert.match(err, 'is bfloat16');
  }
  assert.equal(await readdir(OUT), []);
});

test('a model whose weights carry another dtype is loaded by tfjs too', async () => {
  assert.is((await init(join(OUT, 'half.json'), at('topology.json'), '--dtype', 'float16')).code, 0);
  const loaded = await loadLayers(join(OUT, 'half.json'));
  assert.is(loaded.getLayer('head').getWeights()[0]?.dtype, 'float32');
  loaded.dispose();
});

test.run();
