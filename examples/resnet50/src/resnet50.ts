import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  type Adapter,
  execute,
  type Plan,
  type ProgressEvent,
  plan,
  type Report,
  type TensorToWrite,
} from '@incipit/core';
import { writeSafetensors } from '@incipit/core/node';
import { loadTopology, tfjs } from '@incipit/plugins/tfjs';
import { loadConfigFile } from '@incipit/registry/config';
import * as tf from '@tensorflow/tfjs';

/** What the data file holds: a Keras topology, and the variables that Keras makes of it. */
export interface Description {
  readonly topology: unknown;
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

export const CONFIG: string = fileURLToPath(new URL('../init.yaml', import.meta.url));

export async function readDescription(): Promise<Description> {
  const packed = await readFile(new URL('../data/ResNet50.json.gz', import.meta.url));
  return JSON.parse(gunzipSync(packed).toString('utf8')) as Description;
}

/** The real model in TensorFlow.js, as Incipit sees it. */
export async function loadModel(): Promise<Adapter> {
  // tfjs's own switch: without it, its backend prints an advertisement on first use.
  tf.enableProdMode();
  const { topology } = await readDescription();
  const model = await loadTopology(tf, topology);
  // A topology has no values worth keeping: what no rule sets takes its layer's own initialiser.
  return tfjs(tf, model, { fresh: true });
}

/** Which value every parameter will get, and why; nothing is computed yet. */
export async function planModel(model: Adapter, seed: string): Promise<Plan> {
  return plan(model, await loadConfigFile(CONFIG), { seed });
}

export async function fillModel(
  made: Plan,
  model: Adapter,
  onProgress: (event: ProgressEvent) => void,
): Promise<Report> {
  return execute(made, model, { measure: true, onProgress });
}

/** Writes every weight, moving statistics too, as Keras lays them out. */
export async function writeModel(file: string, made: Plan, model: Adapter): Promise<void> {
  const tensors = [...made.steps, ...made.untouched].map(
    ({ path, dtype, shape }): TensorToWrite => ({
      name: path,
      dtype,
      shape,
      bytes: async () => (await model.read(path)).bytes,
    }),
  );
  const { generator, seed, hash } = made;
  await writeSafetensors(file, tensors, { version: await incipitVersion(), generator, seed, plan_hash: hash });
}

/** The release of Incipit that this example asks for. */
async function incipitVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (
    (JSON.parse(text) as { readonly dependencies: Readonly<Record<string, string>> }).dependencies['@incipit/core'] ??
    ''
  );
}
