import * as tf from '@tensorflow/tfjs';
import type { BenchLaw } from './cases.js';
import { type Contender, timed } from './contender.js';

/** tfjs's own initialisers on its CPU backend; the values are JavaScript loops on every backend. */
export async function tfjsContender(): Promise<Contender> {
  // tfjs's own switch: without it, its backend prints an advertisement on first use.
  tf.enableProdMode();
  await tf.setBackend('cpu');
  return {
    name: 'tfjs',
    what: 'tf.initializers.* to a tensor of the CPU backend (tfjs fills no existing tensor)',
    async fill(law, size) {
      const initializer = initializerOf(law);
      if (initializer === undefined) return undefined;
      let tensor: tf.Tensor | undefined;
      const seconds = await timed(() => {
        tensor = initializer.apply([size], 'float32');
      });
      tensor?.dispose();
      return seconds;
    },
    async dispose() {},
  };
}

function initializerOf(law: BenchLaw): ReturnType<typeof tf.initializers.zeros> | undefined {
  switch (law.kind) {
    case 'uniform':
      return tf.initializers.randomUniform({ minval: law.low, maxval: law.high });
    case 'normal':
      return tf.initializers.randomNormal({ mean: law.mean, stddev: law.std });
    case 'truncated-normal':
      // tfjs always cuts at two standard deviations.
      return isCutAtTwoSigma(law) ? tf.initializers.truncatedNormal({ mean: law.mean, stddev: law.std }) : undefined;
    case 'constant':
      return tf.initializers.constant({ value: law.value });
    default:
      return law satisfies never;
  }
}

function isCutAtTwoSigma(law: Extract<BenchLaw, { kind: 'truncated-normal' }>): boolean {
  return law.low === law.mean - 2 * law.std && law.high === law.mean + 2 * law.std;
}

export const TFJS_VERSION: string = tf.version.tfjs;
