import { explain, initialize } from '@incipit/core';
import { brainJs } from './brain-js.js';
import { makeNetwork } from './network.js';

const network = makeNetwork(2, 8, 1);
const { plan } = await initialize(brainJs(network), { type: 'Xavier', layer: 'Linear' }, { seed: 42 });
console.log(explain(plan));

const { error, iterations } = network.train([
  { input: [0, 0], output: [0] },
  { input: [0, 1], output: [1] },
  { input: [1, 0], output: [1] },
  { input: [1, 1], output: [0] },
]);
console.log(`xor: error ${error.toFixed(4)} after ${iterations} iterations, in every run`);
