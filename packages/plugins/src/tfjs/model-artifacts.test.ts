import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdapterError, detached, initialize, plan } from '@incipit/core';
import { executeToFile } from '@incipit/core/node';
import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMATS } from '../formats/index.js';
import { tfjsFormat } from '../formats/tfjs/index.js';
import { loadTopology, modelArtifacts, tfjs } from './index.js';

const test = suite('layers models that are written');
const folder = await mkdtemp(join(tmpdir(), 'incipit-layers-'));
const at = (name: string): string => join(folder, name);

const server = createServer((request, response) => {
  readFile(at((request.url ?? '').slice(1))).then(
    (bytes) => response.end(bytes),
    () => response.writeHead(404).end(),
  );
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test.before(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});
test.after(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const RULES = { type: 'Normal', layer: ['Linear', 'LSTM', 'Conv2d'], std: 0.1, bias: 0.25 } as const;
const SOME_MISS = { unmatched: 'ignore', seed: 7 } as const;

function sequential(): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ name: 'stem', inputShape: [6, 6, 2], filters: 3, kernelSize: 3 }),
      tf.layers.batchNormalization({ name: 'norm' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 4, name: 'head' }),
    ],
  });
}

/** A model within a model, a layer that is used twice, one without a name, and wrappers. */
function nested(): tf.LayersModel {
  const inner = tf.sequential({ name: 'inner', layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
  const shared = tf.layers.dense({ units: 4, name: 'shared' });
  const input = tf.input({ shape: [5, 4] });
  const twice = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
  const recurrent = tf.layers.bidirectional({
    name: 'both',
    layer: tf.layers.lstm({ units: 2, recurrentInitializer: 'zeros' }) as tf.RNN,
    mergeMode: 'concat',
  });
  const output = inner.apply(recurrent.apply(twice)) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: tf.layers.dense({ units: 1 }).apply(output) as tf.SymbolicTensor });
}

async function weightsOf(model: tf.LayersModel): Promise<(readonly [string, number[]])[]> {
  const values = await Promise.all(model.getWeights().map(async (weight) => Array.from(await weight.data())));
  return model.weights.map(({ originalName }, k) => [originalName, values[k] ?? []]);
}

for (const [what, build] of Object.entries({ sequential, nested })) {
  test(`tf.loadLayersModel loads a ${what} model with every value, from shards`, async () => {
    const model = build();
    const adapter = tfjs(tf, model);
    const made = plan(adapter, RULES, SOME_MISS);
    await executeToFile(made, adapter, at(`${what}.json`), {
      formats: [tfjsFormat({ ...modelArtifacts(tf, model), maxShardBytes: 100 }), ...FORMATS],
    });
    assert.ok((await readdir(folder)).some((name) => name.startsWith(`${what}-shard2of`)));
    const loaded = await tf.loadLayersModel(`${address}/${what}.json`);
    await initialize(adapter, RULES, SOME_MISS);
    assert.equal(await weightsOf(loaded), await weightsOf(model));
    assert.is((loaded.getUserDefinedMetadata() as { readonly seed?: string }).seed, '7');
    loaded.dispose();
    model.dispose();
  });
}

test('float16 halves the file, and tfjs computes with it as float32', async () => {
  const model = sequential();
  const half = detached(tfjs(tf, model), { dtype: 'float16' });
  await executeToFile(plan(half, RULES, SOME_MISS), half, at('half.json'), {
    formats: [tfjsFormat(modelArtifacts(tf, model))],
  });
  const loaded = await tf.loadLayersModel(`${address}/half.json`);
  await initialize(tfjs(tf, model), RULES, SOME_MISS);
  const [ours, exact] = [await weightsOf(loaded), await weightsOf(model)];
  for (const [k, [name, values]] of exact.entries()) {
    for (const [n, value] of values.entries()) {
      const got = ours[k]?.[1][n] ?? Number.NaN;
      assert.ok(Math.abs(got - value) <= Math.abs(value) * 2 ** -11 + 2 ** -25, `${name}: ${got} for ${value}`);
    }
  }
  loaded.dispose();
  model.dispose();
});

test('a model from a topology alone is written with that topology', async () => {
  const source = sequential();
  const model = (await loadTopology(tf, { modelTopology: source.toJSON(null, false) })) as tf.LayersModel;
  const adapter = tfjs(tf, model, { fresh: true });
  await executeToFile(plan(adapter, RULES, SOME_MISS), adapter, at('fresh.json'), {
    formats: [tfjsFormat(modelArtifacts(tf, model))],
  });
  const loaded = await tf.loadLayersModel(`${address}/fresh.json`);
  assert.equal(
    loaded.layers.map((layer) => [layer.getClassName(), layer.name]),
    source.layers.map((layer) => [layer.getClassName(), layer.name]),
  );
  await initialize(adapter, RULES, SOME_MISS);
  assert.equal(await weightsOf(loaded), await weightsOf(model));
  for (const one of [source, model, loaded]) one.dispose();
});

test('a layer alone is refused', () => {
  const layer = tf.layers.dense({ units: 1, inputShape: [2] });
  layer.build([null, 2]);
  assert.throws(
    () => modelArtifacts(tf, layer),
    (error: unknown) => error instanceof AdapterError && error.code === 'not-a-model',
  );
});

test.run();
