import { fileURLToPath } from 'node:url';
import { runChild } from '../children/run-child.js';
import type { Column } from '../columns.js';
import { timed } from '../contenders/contender.js';
import type { PythonPeer } from '../contenders/python.js';
import { pythonEnvironment } from '../contenders/python-server.js';
import type { Measurement } from '../measurement.js';
import { inRounds, type Part } from './rounds.js';
import type { Bench, Suite } from './suite.js';

const FIRST = 'start-up';
const EMPTY = 'empty-process';
const QUICK_ROUNDS = 5;
/** Processes are quick to start and vary. */
const ROUNDS = 15;

const SHAPE = '(64, 32)';
/** The same first weights in Python; torch has no rules to plan. */
const SCRIPTS: Readonly<Partial<Record<PythonPeer, string>>> = {
  torch: `import torch; torch.nn.init.kaiming_normal_(torch.empty(${SHAPE}))`,
  jax: `import jax; jax.random.normal(jax.random.key(42), ${SHAPE}).block_until_ready()`,
  numpy: `import numpy; numpy.random.default_rng(42).standard_normal(${SHAPE})`,
};

/** From a cold process to the first weight, until the process ends, against a Node process that does nothing. */
export const startUp: Suite = {
  cases: () => [FIRST],

  async run(bench, picked) {
    if (!picked.has(FIRST)) return [];
    bench.say('start-up of processes');
    const python = await bench.python();
    const parts: Part<string>[] = [node(FIRST, 'first-weight'), node(EMPTY, 'empty'), ...(await pythonParts(bench))];
    const { samples } = await inRounds(parts, { rounds: bench.flags.quick ? QUICK_ROUNDS : ROUNDS, warmUps: 1 });
    const absent: Partial<Record<Column, string>> = {
      threadsN: 'few weights are made on one thread',
      gpu: 'few weights are made on the CPU',
      torch1: 'few weights are made on one thread',
      tfjs: 'not measured: tfjs makes no weight without a model of its own',
    };
    for (const peer of ['torch', 'jax', 'numpy'] as const) {
      const reason = python.absence(peer);
      if (reason !== undefined) absent[peer] = reason;
    }
    const rest = { group: 'start-up', dtype: 'float32', unit: 's' } as const;
    const { [FIRST]: threads1 = [], [EMPTY]: empty = [], ...peers } = samples;
    const nothing = { threadsN: 'a process without weights', gpu: 'a process without weights' };
    return [
      {
        case: FIRST,
        title: 'cold process to its first weight',
        size: 64 * 32,
        ...rest,
        samples: { threads1, ...peers },
        absent,
      },
      { case: EMPTY, title: 'empty Node process', size: 0, ...rest, samples: { threads1: empty }, absent: nothing },
    ] satisfies readonly Measurement[];
  },
};

function node(key: string, script: string): Part<string> {
  const file = fileURLToPath(new URL(`../children/${script}.js`, import.meta.url));
  return { key, run: () => timed(() => runChild(process.execPath, [file])) };
}

async function pythonParts(bench: Bench): Promise<readonly Part<string>[]> {
  const python = await bench.python();
  const program = python.python;
  if (program === undefined) return [];
  return Object.entries(SCRIPTS).flatMap(([peer, script]) =>
    python.absence(peer as PythonPeer) === undefined
      ? [{ key: peer, run: () => timed(() => runChild(program, ['-c', script], pythonEnvironment())) }]
      : [],
  );
}
