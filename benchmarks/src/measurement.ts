import type { Column } from './columns.js';
import { type Spread, spread } from './statistics.js';

export type Unit = 'Melements/s' | 's' | 'MiB';

/** Which table of the report. */
export type Group = 'fills' | 'models' | 'small-parameters' | 'start-up' | 'memory';

/** One row: what was measured in rounds, each of which every column took part in. */
export interface Measurement {
  readonly case: string;
  readonly group: Group;
  readonly title: string;
  /** Elements. */
  readonly size: number;
  readonly dtype: string;
  readonly unit: Unit;
  /** A value a round: those at the same place belong to the same round, also those of other rows of one run. */
  readonly samples: Readonly<Partial<Record<Column, readonly number[]>>>;
  /** Why a column that one would look for has no value. */
  readonly absent: Readonly<Partial<Record<Column, string>>>;
}

/** Middle, best and worst of a column; undefined where it was not measured. */
export function spreadOf({ samples }: Measurement, column: Column): Spread | undefined {
  const values = samples[column];
  return values === undefined || values.length === 0 ? undefined : spread(values);
}

/** Of two columns of paired rounds, one by the other. */
export function pairedRatio(
  values: readonly number[] | undefined,
  over: readonly number[] | undefined,
): Spread | undefined {
  const ratios = (values ?? []).flatMap((value, round) => {
    const other = over?.[round];
    return other === undefined ? [] : [value / other];
  });
  return ratios.length === 0 ? undefined : spread(ratios);
}
