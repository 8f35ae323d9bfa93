// Child process: `node load-large.js LOCATION`. Initialises a backbone from a large checkpoint and tells its memory.
import { openCheckpoints } from '../../checkpoint/open-checkpoints.js';
import { Module } from '../../model/module.js';
import { Parameter } from '../../model/parameter.js';
import { initialize } from '../initialize.js';
import { BACKBONE_NAMES, BACKBONE_SHAPE } from './large-file.js';

class Backbone extends Module {
  constructor() {
    super();
    for (const name of BACKBONE_NAMES) Object.assign(this, { [name]: new Parameter(BACKBONE_SHAPE) });
  }
}

const model = new Backbone();
const before = process.memoryUsage().rss;
await initialize(
  model,
  { type: 'Pretrained', checkpoint: process.argv[2] ?? '', prefix: 'backbone' },
  { checkpoints: openCheckpoints(), device: 'cpu', threads: 1, atomic: false },
);
const peak = process.resourceUsage().maxRSS * 1024;
const values = BACKBONE_NAMES.map((name) => {
  const { bytes } = (model as unknown as Readonly<Record<string, Parameter>>)[name] ?? { bytes: new Uint8Array(4) };
  return new Float32Array(bytes.buffer, bytes.byteOffset, 1)[0];
});
process.stdout.write(JSON.stringify({ before, peak, values }));
