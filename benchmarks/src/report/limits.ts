import type { Column } from '../columns.js';
import { type Measurement, pairedRatio } from '../measurement.js';
import { type Spread, spread } from '../statistics.js';

/** A column of one row. */
interface Place {
  readonly case: string;
  readonly size?: number;
  readonly column: Column;
}

/** What must hold: a value, or one value by another of the same rounds, of which the median counts. */
export interface Limit {
  readonly title: string;
  readonly value: Place;
  readonly over?: Place;
  readonly sense: 'at least' | 'at most';
  readonly bound: number;
  readonly unit: '×' | 'MiB';
}

export interface Verdict {
  readonly limit: Limit;
  /** Undefined when it was not measured. */
  readonly spread: Spread | undefined;
  readonly held: boolean | undefined;
  /** Why it was not measured. */
  readonly reason?: string;
}

/** 16.7 million elements: more than any cache holds, as the weights of a large layer are. */
const SIZE = 2 ** 24;

function against(law: string, column: Column, peer: Column, bound: number): Limit {
  const names: Partial<Record<Column, string>> = {
    torch: 'torch with all threads',
    jax: 'JAX with all threads',
    numpy: 'NumPy',
    tfjs: 'tfjs',
    threads1: 'one thread',
  };
  return {
    title: `${law}, all threads against ${names[peer] ?? peer}`,
    value: { case: law, size: SIZE, column },
    over: { case: law, size: SIZE, column: peer },
    sense: 'at least',
    bound,
    unit: '×',
  };
}

function small(column: Column, how: string): Limit {
  return {
    title: `1,000 parameters of 1,000 elements against one of 1,000,000, ${how}`,
    value: { case: 'small-parameters', column },
    over: { case: 'one-parameter', column },
    sense: 'at most',
    bound: 3,
    unit: '×',
  };
}

function peak(name: string, model: string, how: string): Limit {
  const value = { case: `${name}/${model}`, column: 'threadsN' } as const;
  return { title: `peak memory of ${model}, ${how}`, value, sense: 'at most', bound: 64, unit: 'MiB' };
}

export const LIMITS: readonly Limit[] = [
  against('uniform', 'threadsN', 'torch', 2),
  against('normal', 'threadsN', 'torch', 1.7),
  against('truncated-normal', 'threadsN', 'torch', 18),
  against('constant', 'threadsN', 'torch', 0.8),
  ...['constant', 'uniform', 'normal', 'normal-mean', 'truncated-normal'].map((law) =>
    against(law, 'threadsN', 'threads1', 1.8),
  ),
  against('normal', 'threadsN', 'jax', 5),
  against('normal', 'threadsN', 'numpy', 5),
  against('uniform', 'threadsN', 'numpy', 1.6),
  against('normal', 'threadsN', 'tfjs', 15),
  against('truncated-normal', 'threadsN', 'tfjs', 11),
  small('threads1', 'one thread'),
  small('threadsN', 'all threads'),
  small('gpu', 'GPU'),
  {
    title: 'cold process to the first weight against an empty Node process',
    value: { case: 'start-up', column: 'threads1' },
    over: { case: 'empty-process', column: 'threads1' },
    sense: 'at most',
    bound: 4,
    unit: '×',
  },
  ...['resnet-50', 'synthetic-1-gib'].flatMap((model) => [
    peak('memory-lean', model, 'atomic: false, beyond the parameters'),
    peak('memory-file', model, 'into a file'),
    peak('memory-atomic', model, 'atomic, beyond the parameters and their second copy'),
  ]),
];

/** Why a limit was not measured when its cases were not picked. */
export const NOT_IN_RUN = 'not part of this run';

/** What became of every limit. */
export function judge(limits: readonly Limit[], measurements: readonly Measurement[]): readonly Verdict[] {
  return limits.map((limit) => {
    const row = rowAt(limit.value, measurements);
    const values = row?.samples[limit.value.column];
    const measured = limit.over === undefined ? spreadOfAll(values) : ratio(limit, values, measurements);
    if (measured === undefined)
      return { limit, spread: undefined, held: undefined, reason: reasonOf(limit, measurements) };
    const held = limit.sense === 'at least' ? measured.median >= limit.bound : measured.median <= limit.bound;
    return { limit, spread: measured, held };
  });
}

function rowAt({ case: name, size }: Place, measurements: readonly Measurement[]): Measurement | undefined {
  return measurements.find(
    (row) => row.case === name && row.dtype === 'float32' && (size === undefined || row.size === size),
  );
}

function spreadOfAll(values: readonly number[] | undefined): Spread | undefined {
  return values === undefined || values.length === 0 ? undefined : spread(values);
}

function ratio(
  { over }: Limit,
  values: readonly number[] | undefined,
  measurements: readonly Measurement[],
): Spread | undefined {
  return over === undefined ? undefined : pairedRatio(values, rowAt(over, measurements)?.samples[over.column]);
}

function reasonOf({ value, over }: Limit, measurements: readonly Measurement[]): string {
  for (const place of over === undefined ? [value] : [value, over]) {
    const row = rowAt(place, measurements);
    if (row === undefined) return NOT_IN_RUN;
    const reason = row.absent[place.column];
    if (reason !== undefined) return reason;
  }
  return 'nothing was measured';
}
