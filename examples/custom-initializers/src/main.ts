import { explain, initialize, ModuleDict } from '@incipit/core';
import { init } from './generated/builders.js';
import './generated/manifest.js';
import { Linear } from './linear.js';

const model = new ModuleDict({ first: new Linear(784, 300), second: new Linear(300, 100), third: new Linear(100, 10) });

// The manifest imports every registered class. A rule is plain data; a builder checks what is written, and completes it.
const report = await initialize(
  model,
  init.lecunSplit({
    layer: 'Linear',
    zeros: 2,
    override: [
      { name: 'second', type: 'Sparse', density: 0.05, std: 1 },
      { name: 'third', type: 'Triangular', std: 0.02 },
    ],
  }),
  { seed: 42, measure: true },
);

console.log(explain(report.plan));
for (const { path, statistics } of report.steps) {
  if (statistics !== undefined)
    console.log(`${path}: mean ${statistics.mean.toFixed(5)}, std ${statistics.std.toFixed(5)}`);
}
