import type { Column } from '../columns.js';
import type { Measurement } from '../measurement.js';
import type { Verdict } from './limits.js';

/** All that a run found out. */
export interface BenchReport {
  readonly machine: string;
  /** `Node 20.20.2`, `torch 2.15.0 (AVX2)`, … */
  readonly versions: readonly string[];
  readonly threads: number;
  readonly rounds: number;
  /** Seconds that the run took. */
  readonly seconds: number;
  /** Flags of the run, when it was not the whole. */
  readonly subset: string;
  /** What is timed of whom. */
  readonly contenders: readonly { readonly column: Column; readonly what: string }[];
  readonly measurements: readonly Measurement[];
  readonly verdicts: readonly Verdict[];
}
