import brain from 'brain.js';
import type { BrainNetwork } from './brain-js.js';

/** What brain.js 1.6 has and does not declare. */
type BuiltNetwork = brain.NeuralNetwork & BrainNetwork & { sizes: readonly number[]; initialize(): void };

/** A network with weights before its first training. */
export function makeNetwork(...sizes: readonly number[]): BuiltNetwork {
  const network = new brain.NeuralNetwork({ activation: 'tanh' }) as BuiltNetwork;
  network.sizes = sizes;
  network.initialize();
  return network;
}
