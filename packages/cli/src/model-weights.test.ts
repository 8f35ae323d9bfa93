import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSafetensors } from '@incipit/core/node';
import type { io } from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadTensorFlow } from './load-tensorflow.js';
import { callCli, folderWith, type Outcome } from './testing/run-cli.js';

const test = suite('a model.json with weights');

const folder = await folderWith({ 'config.yaml': '- type: Constant\n  layer: Conv2d\n  val: 0.5\n' });
const at = (name: string): string => join(folder, name);
test.after(() => rm(folder, { recursive: true }));

/** Weights of a model as tfjs itself saved it. */
const saved = await saveModel();

async function saveModel(): Promise<Float32Array> {
  const tf = await loadTensorFlow();
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ name: 'stem', inputShape: [4, 4, 1], filters: 2, kernelSize: 3 }),
      tf.layers.flatten({ name: 'flatten' }),
      tf.layers.dense({ name: 'head', units: 3 }),
    ],
  });
  await model.save(
    tf.io.withSaveHandler(async (artifacts: io.ModelArtifacts) => {
      const manifest = [{ paths: ['weights.bin'], weights: artifacts.weightSpecs }];
      const json = { format: 'layers-model', modelTopology: artifacts.modelTopology, weightsManifest: manifest };
      await writeFile(at('model.json'), JSON.stringify(json));
      await writeFile(at('weights.bin'), new Uint8Array(artifacts.weightData as ArrayBuffer));
      await writeFile(
        at('short.json'),
        JSON.stringify({ ...json, weightsManifest: [{ ...manifest[0], paths: ['short.bin'] }] }),
      );
      await writeFile(at('short.bin'), new Uint8Array(8));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const values = (await model.getLayer('head').getWeights()[0]?.data()) as Float32Array;
  model.dispose();
  return values;
}

function init(model: string, ...more: readonly string[]): Promise<Outcome> {
  return callCli([
    'init',
    '--model',
    at(model),
    '--config',
    at('config.yaml'),
    '--out',
    at('out.safetensors'),
    ...more,
  ]);
}

async function written(name: string): Promise<Float32Array> {
  const file = await openSafetensors(at('out.safetensors'));
  const bytes = await file.read(name);
  await file.close();
  return new Float32Array(bytes.slice().buffer);
}

test('what no rule touches keeps its value', async () => {
  const { code, err } = await init('model.json');
  assert.is(code, 0, err);
  assert.equal(await written('head.kernel'), saved);
  assert.ok((await written('stem.kernel')).every((value) => value === 0.5));
});

test('with --fresh it takes the initialiser of its layer, and the seed decides', async () => {
  assert.is((await init('model.json', '--fresh')).code, 0);
  const values = await written('head.kernel');
  assert.not.equal(values, saved);
  // tfjs's default is glorotNormal: variance 2 / (8 + 3), cut at two standard deviations of the normal underneath.
  const limit = (2 * Math.sqrt(2 / 11)) / 0.87962566103423978;
  assert.ok(values.every((value) => Math.abs(value) <= limit));
  assert.ok(new Set(values).size > 20);
});

test('what is kept is rounded to the dtype that was asked for', async () => {
  assert.is((await init('model.json', '--dtype', 'bfloat16')).code, 0);
  const file = await openSafetensors(at('out.safetensors'));
  const bits = new Uint16Array((await file.read('head.kernel')).slice().buffer);
  await file.close();
  const kept = new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
  kept.forEach((value, index) => {
    const original = saved[index] ?? 0;
    assert.ok(Math.abs(value - original) <= Math.abs(original) / 256, `${value} for ${original}`);
  });
});

test('weights that do not fit are refused, with the way out', async () => {
  const { code, err } = await init('short.json');
  assert.is(code, 1);
  assert.match(err, /^ModelFileError: .*short\.json/);
  assert.match(err, '--fresh');
  assert.not.match(err, /\n\s+at /);
});

test.run();
