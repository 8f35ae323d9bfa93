import { freemem } from 'node:os';
import { type Device, initialize } from '@incipit/core';
import type { Column } from '../columns.js';
import { collectGarbage, timed } from '../contenders/contender.js';
import type { Measurement } from '../measurement.js';
import { FlatModel } from './flat-model.js';
import { inRounds, type Part } from './rounds.js';
import { type ModelName, type ModelShapes, modelShapes } from './shapes.js';
import type { Bench, Suite } from './suite.js';

const MODELS = ['resnet-50', 'vit-l-16', 'gpt2-xl'] as const satisfies readonly ModelName[];
const QUICK_MODELS = ['resnet-50'] as const satisfies readonly ModelName[];
/** One model takes as long as many fills. */
const MOST_ROUNDS = 3;
/** What a run needs of memory for each byte of the model, and besides. */
const MEMORY_RATIO = 1.25;
const MEMORY_BESIDES = 2 ** 30;
const TORCH_ONLY = 'models are compared with torch, whose own code initialises them';

/** Whole models, from no values to all of them: ours plans, fills and writes; torch allocates and fills. */
export const models: Suite = {
  cases: ({ quick }) => (quick ? QUICK_MODELS : MODELS),

  async run(bench, picked) {
    const done: Measurement[] = [];
    for (const name of MODELS) if (picked.has(name)) done.push(await measure(bench, await modelShapes(name)));
    return done;
  },
};

async function measure(bench: Bench, shapes: ModelShapes): Promise<Measurement> {
  const { name, title, elements } = shapes;
  bench.say(`${title}, ${elements.toLocaleString('en-US')} weights`);
  const row = { case: name, group: 'models', title, size: elements, dtype: 'float32', unit: 's' } as const;
  const lack = memoryLack(elements * 4);
  if (lack !== undefined) {
    bench.say(`skipped: ${lack}`);
    const columns: readonly Column[] = ['threads1', 'threadsN', 'gpu', 'torch1', 'torch'];
    return { ...row, samples: {}, absent: Object.fromEntries(columns.map((column) => [column, lack])) };
  }
  const rounds = Math.min(MOST_ROUNDS, bench.flags.rounds);
  const measured = await inRounds(await partsOf(bench, shapes), { rounds, warmUps: 1 });
  const others = { jax: TORCH_ONLY, numpy: TORCH_ONLY, tfjs: TORCH_ONLY };
  return { ...row, samples: measured.samples, absent: { ...(await bench.absent()), ...others, ...measured.absent } };
}

/** Why there is too little memory, if there is. */
function memoryLack(bytes: number): string | undefined {
  const [needed, free] = [bytes * MEMORY_RATIO + MEMORY_BESIDES, freemem()];
  const gib = (count: number): string => `${(count / 2 ** 30).toFixed(1)} GiB`;
  return needed <= free ? undefined : `it needs ${gib(needed)} of memory, ${gib(free)} are free`;
}

async function partsOf(bench: Bench, { parameters }: ModelShapes): Promise<readonly Part<Column>[]> {
  const model = new FlatModel(parameters);
  const [python, gpu] = [await bench.python(), await bench.gpu()];
  const ours = (
    key: Column,
    options: { readonly device: 'cpu' | Device; readonly threads?: number },
  ): Part<Column> => ({
    key,
    async run() {
      collectGarbage();
      const seconds = await timed(() => initialize(model, [], { seed: 42, ...options }));
      // The next one begins with no values too.
      model.clear();
      return seconds;
    },
  });
  const request = parameters.map(({ shape, law }) => [shape, law] as const);
  const torch = (key: 'torch1' | 'torch'): Part<Column> => ({
    key,
    async run() {
      collectGarbage();
      return python.fillModel(key, request);
    },
  });
  return [
    ours('threads1', { device: 'cpu', threads: 1 }),
    ours('threadsN', { device: 'cpu', threads: bench.threads }),
    ...('device' in gpu ? [ours('gpu', { device: gpu.device })] : []),
    torch('torch1'),
    torch('torch'),
  ];
}
