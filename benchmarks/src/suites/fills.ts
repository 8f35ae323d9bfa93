import type { FloatDType } from '@incipit/core';
import type { Column } from '../columns.js';
import { type Contender, collectGarbage } from '../contenders/contender.js';
import { LAW_CASES, type LawCase } from '../laws.js';
import type { Measurement } from '../measurement.js';
import { inRounds } from './rounds.js';
import type { Bench, Suite } from './suite.js';

/** Elements that one measurement fills at least: small arrays are filled again and again. */
const LEAST_ELEMENTS = 2 ** 19;
/** Above this size a fill takes seconds, and fewer rounds tell as much. */
const LARGE = 2 ** 24;
const LARGE_ROUNDS = 3;
/** The size at which ours is measured in the half types too. */
const HALF_SIZE = 2 ** 24;
const HALF_TYPES: readonly FloatDType[] = ['float16', 'bfloat16'];
const NO_HALF_PEERS = 'peers are compared in float32';

/** Every law at every size: million elements a second. */
export const fills: Suite = {
  cases: () => LAW_CASES.map(({ name }) => name),

  async run(bench, picked) {
    const contenders = await bench.contenders();
    const laws = LAW_CASES.filter(({ name }) => picked.has(name));
    const done: Measurement[] = [];
    for (const size of bench.flags.sizes) {
      for (const lawCase of laws) done.push(await measure(bench, contenders, { lawCase, size, dtype: 'float32' }));
    }
    if (!bench.flags.sizes.includes(HALF_SIZE)) return done;
    const ours = contenders.filter(({ column }) => ['threads1', 'threadsN', 'gpu'].includes(column));
    for (const dtype of HALF_TYPES) {
      for (const lawCase of laws) done.push(await measure(bench, ours, { lawCase, size: HALF_SIZE, dtype }));
    }
    return done;
  },
};

interface Fill {
  readonly lawCase: LawCase;
  readonly size: number;
  readonly dtype: FloatDType;
}

async function measure(
  bench: Bench,
  contenders: readonly Contender[],
  { lawCase, size, dtype }: Fill,
): Promise<Measurement> {
  const { name, title, law } = lawCase;
  bench.say(`${name}, ${size.toLocaleString('en-US')} × ${dtype}`);
  const repeats = Math.max(1, Math.floor(LEAST_ELEMENTS / size));
  const parts = contenders.map((contender) => ({
    key: contender.column,
    async run() {
      collectGarbage();
      const seconds = await contender.fill({ law, size, dtype, repeats });
      return typeof seconds === 'number' ? size / seconds / 1e6 : seconds;
    },
  }));
  const rounds = size > LARGE ? Math.min(LARGE_ROUNDS, bench.flags.rounds) : bench.flags.rounds;
  const { samples, absent } = await inRounds<Column>(parts, { rounds, warmUps: 1 });
  const missing = { ...(await bench.absent()), ...absent };
  const half = { torch1: NO_HALF_PEERS, torch: NO_HALF_PEERS, jax: NO_HALF_PEERS, numpy: NO_HALF_PEERS };
  const why = dtype === 'float32' ? missing : { ...missing, ...half, tfjs: NO_HALF_PEERS };
  return { case: name, group: 'fills', title, size, dtype, unit: 'Melements/s', samples, absent: why };
}
