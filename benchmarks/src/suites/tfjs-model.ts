import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { initialize } from '@incipit/core';
import { loadTopology, tfjs } from '@incipit/plugins/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Column } from '../columns.js';
import { collectGarbage, timed } from '../contenders/contender.js';
import { inRounds, type Part } from './rounds.js';
import type { Suite } from './suite.js';

/** Keras's ResNet-50 with every kernel he_normal; the other laws (ones, zeros) as Keras has them. */
const TOPOLOGY = new URL('../../../examples/resnet50/data/ResNet50.json.gz', import.meta.url);

const OTHERS = 'a tfjs model is compared with tfjs, on the CPU';

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

const NAME = 'resnet-50-tfjs';
const MOST_ROUNDS = 5;

/**
 * Both fill the same built model, every weight of it, by the same laws: Incipit plans and executes, tfjs makes one
 * tensor after the other and writes it. Building the model is in neither time.
 */
export const tfjsModel: Suite = {
  cases: () => [NAME],

  async run(bench, picked) {
    if (!picked.has(NAME)) return [];
    bench.say('ResNet-50 of tfjs');
    const model = await loadTopology(tf, heNormal(JSON.parse(gunzipSync(await readFile(TOPOLOGY)).toString('utf8'))));
    const adapter = tfjs(tf, model, { fresh: true });
    const weights = (model as unknown as { readonly weights: readonly Weight[] }).weights;
    const part = (key: Column, action: () => unknown): Part<Column> => ({
      key,
      run() {
        collectGarbage();
        return timed(action);
      },
    });
    const ours = (threads: number) => () => initialize(adapter, [], { seed: 42, device: 'cpu', threads });
    const parts = [
      part('threads1', ours(1)),
      part('threadsN', ours(bench.threads)),
      part('tfjs', () => fillByTfjs(weights)),
    ];
    const { samples, absent } = await inRounds(parts, {
      rounds: Math.min(MOST_ROUNDS, bench.flags.rounds),
      warmUps: 1,
    });
    const title = 'ResNet-50, a built tfjs model (CPU backend), kernels he_normal';
    const why = { gpu: OTHERS, torch1: OTHERS, torch: OTHERS, jax: OTHERS, numpy: OTHERS };
    const size = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const row = { case: NAME, group: 'models', title, size, dtype: 'float32', unit: 's' } as const;
    return [{ ...row, samples, absent: { ...why, ...absent } }];
  },
};

function sizeOf(shape: tf.Shape): number {
  return shape.reduce<number>((product, extent) => product * (extent ?? 1), 1);
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
