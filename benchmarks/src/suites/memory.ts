import { platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import { runChild } from '../children/run-child.js';
import type { Measurement } from '../measurement.js';
import { MODEL_TITLES, type ModelName, modelShapes } from './shapes.js';
import type { Bench, Suite } from './suite.js';

const MEMORY_RUN = fileURLToPath(new URL('../children/memory-run.js', import.meta.url));
const MODELS = ['resnet-50', 'synthetic-1-gib'] as const satisfies readonly ModelName[];
const QUICK_MODELS = ['resnet-50'] as const satisfies readonly ModelName[];
const MOST_ROUNDS = 3;

/** Ways to run, and what of the peak is allowed for: a run that is atomic holds a second copy of the parameters. */
export const MEMORY_MODES = {
  'memory-lean': { mode: 'lean', copies: 0, title: 'atomic: false' },
  'memory-file': { mode: 'file', copies: 0, title: 'executeToFile()' },
  'memory-atomic': { mode: 'atomic', copies: 1, title: 'atomic, beyond the second copy' },
} as const;

type MemoryCase = keyof typeof MEMORY_MODES;

/** Peak memory of processes of their own, beyond the parameters and what the process had before the run. */
export const memory: Suite = {
  cases: ({ quick }) =>
    (quick ? QUICK_MODELS : MODELS).flatMap((model) => Object.keys(MEMORY_MODES).map((name) => `${name}/${model}`)),

  async run(bench, picked) {
    const done: Measurement[] = [];
    for (const model of MODELS) {
      for (const name of Object.keys(MEMORY_MODES) as MemoryCase[]) {
        if (picked.has(`${name}/${model}`)) done.push(await measure(bench, name, model));
      }
    }
    return done;
  },
};

async function measure(bench: Bench, name: MemoryCase, model: ModelName): Promise<Measurement> {
  const { mode, copies, title } = MEMORY_MODES[name];
  bench.say(`peak memory of ${MODEL_TITLES[model]}, ${title}`);
  const { elements } = await modelShapes(model);
  const row = { case: `${name}/${model}`, group: 'memory', title: `${MODEL_TITLES[model]}, ${title}` } as const;
  const rest = { size: elements, dtype: 'float32', unit: 'MiB' } as const;
  if (platform() !== 'linux') {
    return { ...row, ...rest, samples: {}, absent: { threadsN: 'peaks of a run are read from /proc, on Linux' } };
  }
  const peaks: number[] = [];
  for (let round = 0; round < Math.min(MOST_ROUNDS, bench.flags.rounds); round++) {
    const printed = await runChild(process.execPath, ['--expose-gc', MEMORY_RUN, model, mode]);
    const { peakBeyond, parameters } = JSON.parse(printed) as { peakBeyond: number; parameters: number };
    peaks.push((peakBeyond - copies * parameters) / 2 ** 20);
  }
  const absent = { threads1: 'measured with the default number of threads', gpu: 'measured on the CPU' };
  return { ...row, ...rest, samples: { threadsN: peaks }, absent };
}
