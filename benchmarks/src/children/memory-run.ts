// Initialises a model in a process of its own, and tells on standard output, in bytes, how much memory that took.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialize, plan } from '@incipit/core';
import { executeToFile } from '@incipit/core/node';
import { collectGarbage } from '../contenders/contender.js';
import { FlatModel } from '../suites/flat-model.js';
import { type ModelName, modelShapes } from '../suites/shapes.js';
import { forgetPeak, resident } from './resident.js';

const [name, mode] = process.argv.slice(2);
const { parameters, elements } = await modelShapes(name as ModelName);
const model = new FlatModel(parameters);
// A run into a file reads no values of this model: every parameter has a law.
if (mode !== 'file') model.allocate();
collectGarbage();
const before = await resident('VmRSS');
await forgetPeak();
if (mode === 'file') await intoFile();
else await initialize(model, [], { seed: 42, device: 'cpu', atomic: mode === 'atomic' });
const peak = await resident('VmHWM');
process.stdout.write(JSON.stringify({ peakBeyond: peak - before, parameters: elements * 4 }));

async function intoFile(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'incipit-memory-'));
  try {
    await executeToFile(plan(model, [], { seed: 42 }), model, join(folder, 'weights.safetensors'), { device: 'cpu' });
  } finally {
    await rm(folder, { recursive: true });
  }
}
