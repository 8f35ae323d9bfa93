// `node backbone-run.js LOCATION ATOMIC`: initialises a backbone from a checkpoint in a process of its own, and tells on
// standard output how much memory that took, in bytes.
import { initialize, openCheckpoints } from '@incipit/core';
import { FORMATS } from '@incipit/plugins/formats';
import { backbone } from '../checkpoints/models.js';
import { collectGarbage } from '../contenders/contender.js';
import { FlatModel } from '../suites/flat-model.js';
import { forgetPeak, resident } from './resident.js';

const [checkpoint = '', atomic] = process.argv.slice(2);
const parameters = await backbone();
const model = new FlatModel(parameters);
model.allocate();
collectGarbage();
const before = await resident('VmRSS');
await forgetPeak();
const start = performance.now();
await initialize(
  model,
  { type: 'Pretrained', checkpoint, prefix: 'backbone' },
  { checkpoints: openCheckpoints({ formats: FORMATS }), device: 'cpu', atomic: atomic === 'true' },
);
const seconds = (performance.now() - start) / 1000;
const peakBeyond = (await resident('VmHWM')) - before;
for (const [index, { name }] of parameters.entries()) {
  const { bytes } = await model.read(name);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  if (values.some((value) => value !== index + 1)) throw new Error(`${name} has other values than the file`);
}
process.stdout.write(JSON.stringify({ peakBeyond, seconds }));
