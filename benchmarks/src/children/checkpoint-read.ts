// `node checkpoint-read.js HOW FILE SMALL MODEL`: reads a checkpoint in a process of its own, after a small one of its
// format, and tells on standard output how many seconds that took.
import { initialize, openCheckpoints, readTensors } from '@incipit/core';
import { FORMATS } from '@incipit/plugins/formats';
import type { OurReader } from '../checkpoints/cases.js';
import { MODELS, type ReadModel } from '../checkpoints/models.js';
import { collectGarbage, timed } from '../contenders/contender.js';
import { FlatModel } from '../suites/flat-model.js';

const [how = 'read', path = '', small = '', name = 'real'] = process.argv.slice(2);
const open = openCheckpoints({ formats: FORMATS });
await readAll(small);
process.stdout.write(JSON.stringify({ seconds: await secondsOf(how as OurReader) }));

async function secondsOf(reader: OurReader): Promise<number> {
  if (reader === 'read') return timed(() => readAll(path));
  const model = new FlatModel(await MODELS[name as ReadModel]());
  // Its parameters have memory, as those of torch's module do.
  model.allocate();
  collectGarbage();
  const config = { type: 'Pretrained', checkpoint: path } as const;
  return timed(() => initialize(model, config, { checkpoints: open, atomic: reader === 'initialize' }));
}

/** Every tensor into an array of its own. */
async function readAll(checkpointPath: string): Promise<readonly Uint8Array[]> {
  const checkpoint = await open(checkpointPath);
  const kept: Uint8Array[] = [];
  for await (const [, bytes] of readTensors(checkpoint)) kept.push(bytes);
  await checkpoint.close();
  return kept;
}
