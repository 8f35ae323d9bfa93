// `npm run bench:orthogonal [-- --rounds N] [-- --json FILE]`: orthogonal matrices against torch with all its threads, and
// against tfjs, in one run.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { initialize, Module, Parameter } from '@incipit/core';
import * as tf from '@tensorflow/tfjs';
import { collectGarbage, timed } from '../contenders/contender.js';
import { findPython } from '../contenders/python-venv.js';
import { spread } from '../statistics.js';

interface Opponent {
  readonly name: string;
  /** Seconds of one square matrix. */
  readonly make: (size: number) => Promise<number>;
  readonly end: () => void;
}

class Dense extends Module {
  static override readonly className = 'Dense';
  readonly weight: Parameter;

  constructor(size: number) {
    super();
    this.weight = new Parameter([size, size], { axes: ['out', 'in'] });
  }
}

const { values } = parseArgs({ options: { json: { type: 'string' }, rounds: { type: 'string', default: '7' } } });
const threads = availableParallelism();
const torch = await torchOnAllThreads();
const results = [
  ...(torch === undefined ? [] : [await compare(torch, { size: 2048, limit: 0.35, rounds: Number(values.rounds) })]),
  // A run of tfjs's takes minutes.
  await compare(tfjs(), { size: 512, limit: 1000, rounds: 1 }),
];
// npm runs this in the workspace's folder; files are meant relative to where the user is.
const place = (file: string): string => resolve(process.env['INIT_CWD'] ?? '.', file);
if (values.json !== undefined) await writeFile(place(values.json), `${JSON.stringify(results, null, 2)}\n`);
if (results.some(({ ratio, limit }) => ratio < limit)) process.exitCode = 1;

/** Interleaved rounds, after one that warms up. */
async function compare(opponent: Opponent, { size, limit, rounds }: { size: number; limit: number; rounds: number }) {
  const model = new Dense(size);
  const ours = (): Promise<number> => {
    collectGarbage();
    return timed(() => initialize(model, { type: 'Orthogonal', layer: 'Dense' }, { threads }));
  };
  await ours();
  if (rounds > 1) await opponent.make(size);
  const times: { readonly ours: number; readonly theirs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    times.push({ ours: await ours(), theirs: await opponent.make(size) });
  }
  opponent.end();
  const best = { ours: spread(times.map((one) => one.ours)).min, theirs: spread(times.map((one) => one.theirs)).min };
  const { median } = spread(times.map((one) => one.theirs / one.ours));
  const ratio = best.theirs / best.ours;
  process.stdout.write(
    `orthogonal ${size} × ${size}: ${best.ours.toFixed(3)} s with ${threads} threads against ${best.theirs.toFixed(3)} s of ` +
      `${opponent.name}: ${ratio.toFixed(2)} × (median of rounds ${median.toFixed(2)} ×), limit ${limit} × ` +
      `${ratio >= limit ? 'held' : 'MISSED'}\n`,
  );
  return { size, threads, opponent: opponent.name, limit, ...best, ratio, median, times };
}

async function torchOnAllThreads(): Promise<Opponent | undefined> {
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const found = await findPython(fileURLToPath(new URL('../../../.cache/bench-venv', import.meta.url)), log);
  if ('reason' in found) {
    log(`skipped torch: ${found.reason}`);
    return undefined;
  }
  const child = spawn(found.python, [fileURLToPath(new URL('../../python/orthogonal.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('Python ended while torch was measured');
    return line.value;
  };
  return {
    name: await next(),
    make: async (size) => {
      child.stdin.write(`${size}\n`);
      return Number(await next());
    },
    end: () => child.stdin.end(),
  };
}

function tfjs(): Opponent {
  return {
    name: `tfjs ${tf.version.tfjs} on its CPU backend`,
    make: async (size) => {
      // tfjs's own switch: without it, its backend prints an advertisement on first use.
      tf.enableProdMode();
      await tf.setBackend('cpu');
      let tensor: tf.Tensor | undefined;
      const seconds = await timed(() => {
        tensor = tf.initializers.orthogonal({ gain: 1 }).apply([size, size], 'float32');
      });
      tensor?.dispose();
      return seconds;
    },
    end: () => undefined,
  };
}
