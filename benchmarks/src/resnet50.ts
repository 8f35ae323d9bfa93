import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { initialize } from '@incipit/core';
import { loadTopology, tfjs } from '@incipit/plugins/tfjs';
import * as tf from '@tensorflow/tfjs';
import { collectGarbage, timed } from './contender.js';

/** Keras's ResNet-50 with every kernel he_normal; the other laws (ones, zeros) as Keras has them. */
const TOPOLOGY = new URL('../../examples/resnet50/data/ResNet50.json.gz', import.meta.url);

/** tfjs's initialiser for each kind of weight. */
const INITIALIZERS = {
  kernel: () => tf.initializers.heNormal({}),
  bias: () => tf.initializers.zeros(),
  gamma: () => tf.initializers.ones(),
  beta: () => tf.initializers.zeros(),
  moving_mean: () => tf.initializers.zeros(),
  moving_variance: () => tf.initializers.ones(),
} as const;

interface Weight {
  readonly originalName: string;
  readonly shape: tf.Shape;
  write(tensor: tf.Tensor): unknown;
}

/** Seconds of each round. */
export interface EndToEnd {
  readonly elements: number;
  readonly incipit: readonly number[];
  readonly tfjs: readonly number[];
}

/**
 * Both fill the same built model, every weight of it, by the same laws: Incipit plans and executes, tfjs makes one
 * tensor after the other and writes it. Building the model is in neither time.
 */
export async function measureResNet50(rounds: number): Promise<EndToEnd> {
  const model = await loadTopology(tf, heNormal(JSON.parse(gunzipSync(await readFile(TOPOLOGY)).toString('utf8'))));
  const adapter = tfjs(tf, model, { fresh: true });
  const weights = (model as unknown as { readonly weights: readonly Weight[] }).weights;
  const incipit: number[] = [];
  const other: number[] = [];
  for (let round = -1; round < rounds; round++) {
    collectGarbage();
    const ours = await timed(() => initialize(adapter, [], { seed: 42, device: 'cpu' }));
    collectGarbage();
    const theirs = await timed(() => fillByTfjs(weights));
    // The first round warms both up.
    if (round < 0) continue;
    incipit.push(ours);
    other.push(theirs);
  }
  const elements = weights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((product, extent) => product * (extent ?? 1), 1),
    0,
  );
  return { elements, incipit, tfjs: other };
}

function fillByTfjs(weights: readonly Weight[]): void {
  for (const weight of weights) {
    const role = weight.originalName.split('/').at(-1) ?? '';
    const tensor = INITIALIZERS[role as keyof typeof INITIALIZERS]().apply(weight.shape, 'float32');
    weight.write(tensor);
    tensor.dispose();
  }
}

/** Replaces the initialiser of every kernel by he_normal. */
function heNormal(description: { readonly topology: unknown }): unknown {
  return JSON.parse(JSON.stringify(description.topology), (key: string, value: unknown) =>
    key === 'kernel_initializer' ? { class_name: 'HeNormal', config: { seed: null } } : value,
  );
}
