import * as tf from '@tensorflow/tfjs';
import type { BenchLaw } from '../laws.js';
import { type Contender, timed, WARM_ELEMENTS } from './contender.js';

/** TensorFlow.js's own initialisers, plain JavaScript whatever the backend; here on its CPU backend. */
export async function tfjsContender(): Promise<Contender> {
  // tfjs's own switch: without it, its backend prints an advertisement on first use.
  tf.enableProdMode();
  await tf.setBackend('cpu');
  return {
    column: 'tfjs',
    what: 'tf.initializers.* to a tensor of the CPU backend (tfjs fills no existing tensor)',
    async fill({ law, size, dtype, repeats }) {
      const initializer = initializerOf(law);
      if (initializer === undefined) return { absent: 'tfjs cuts at two standard deviations only' };
      if (dtype !== 'float32') return { absent: `tfjs has no ${dtype}` };
      const fill = (elements: number): void => initializer.apply([elements], 'float32').dispose();
      fill(Math.min(size, WARM_ELEMENTS));
      return timed(() => fill(size), repeats);
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
