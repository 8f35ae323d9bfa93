// Initialises a model in a process of its own, and tells on standard output, in bytes, how much memory that took.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialize, plan } from '@incipit/core';
import { executeToFile } from '@incipit/core/node';
import { collectGarbage } from '../contenders/contender.js';
import { FlatModel } from '../suites/flat-model.js';
import { type ModelName, modelShapes } from '../suites/shapes.js';

const [name, mode] = process.argv.slice(2);
const { parameters, elements } = await modelShapes(name as ModelName);
const model = new FlatModel(parameters);
// A run into a file reads no values of this model: every parameter has a law.
if (mode !== 'file') model.allocate();
collectGarbage();
const before = await resident('VmRSS');
// Forgets the greatest memory so far: from here on it is the run's.
await writeFile('/proc/self/clear_refs', '5');
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

async function resident(field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
}
