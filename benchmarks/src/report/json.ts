import { COLUMNS, type Column, OURS, PEERS } from '../columns.js';
import { type Measurement, pairedRatio, spreadOf } from '../measurement.js';
import type { Spread } from '../statistics.js';
import type { BenchReport } from './report.js';

/**
 * The list that `--json` writes: of each row the medians, null where there is none, with the reason under `absent`.
 * `ratios` are ours to each peer's in speed, medians of paired rounds: more than 1 is faster.
 */
export function toJson(report: BenchReport): readonly unknown[] {
  return report.measurements.map((row) => ({
    case: row.case,
    size: row.size,
    dtype: row.dtype,
    unit: row.unit,
    ours: medians(row, OURS),
    peers: medians(row, PEERS),
    title: row.title,
    spread: Object.fromEntries(COLUMNS.flatMap((column) => entryOf(column, spreadOf(row, column)))),
    ratios: ratiosOf(row),
    absent: row.absent,
    limits: limitsOf(report, row),
    threads: report.threads,
    machine: report.machine,
    versions: report.versions,
  }));
}

function medians(row: Measurement, columns: readonly Column[]): Readonly<Record<string, number | null>> {
  return Object.fromEntries(columns.map((column) => [column, spreadOf(row, column)?.median ?? null]));
}

function entryOf(name: string, value: Spread | undefined): readonly (readonly [string, Spread])[] {
  return value === undefined ? [] : [[name, value]];
}

function ratiosOf(row: Measurement): Readonly<Record<string, Spread>> {
  const isTime = row.unit !== 'Melements/s';
  return Object.fromEntries(
    OURS.flatMap((ours) =>
      PEERS.flatMap((peer) => {
        const [own, other] = [row.samples[ours], row.samples[peer]];
        return entryOf(`${ours}/${peer}`, isTime ? pairedRatio(other, own) : pairedRatio(own, other));
      }),
    ),
  );
}

function limitsOf({ verdicts }: BenchReport, row: Measurement): readonly unknown[] {
  return verdicts
    .filter(({ limit }) => limit.value.case === row.case && row.dtype === 'float32')
    .filter(({ limit }) => limit.value.size === undefined || limit.value.size === row.size)
    .map(({ limit, spread: measured, held, reason }) => {
      const { title, sense, bound, unit } = limit;
      return {
        title,
        sense,
        bound,
        unit,
        median: measured?.median ?? null,
        held: held ?? null,
        reason: reason ?? null,
      };
    });
}
