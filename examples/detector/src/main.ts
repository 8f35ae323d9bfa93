import { fileURLToPath } from 'node:url';
import { explain } from '@incipit/core';
import { runDetector } from './run.js';

const config = fileURLToPath(new URL('../configs/detector.yaml', import.meta.url));
// Beside the program, wherever it was started from.
process.env['BACKBONE'] ??= fileURLToPath(new URL('backbone.safetensors', import.meta.url));

const { report, losses } = await runDetector(config);
console.log(explain(report.plan));
console.log();
for (const [step, loss] of losses.entries()) console.log(`step ${String(step).padStart(2)}  loss ${loss.toFixed(4)}`);
