import type { Plan, PlanWarning } from '../ir/plan.js';

/** What was measured of one parameter after it was filled. */
export interface StepStatistics {
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

export interface StepReport {
  readonly path: string;
  readonly elements: number;
  /** Seconds to produce the values; writing them is not in it. */
  readonly seconds: number;
  /** Present when `measure` was asked for and the parameter holds floats. */
  readonly statistics?: StepStatistics;
}

/** What a run did. */
export interface Report {
  readonly plan: Plan;
  /** Where the run ended: the CPU when another device was lost, of which `warnings` tells. */
  readonly device: 'cpu' | 'webgpu';
  /** Cores that it could use; absent where the notion means nothing. */
  readonly threads?: number;
  /** Seconds from start to the last write. */
  readonly seconds: number;
  readonly steps: readonly StepReport[];
  readonly warnings: readonly PlanWarning[];
}

/** Told after each parameter. */
export interface ProgressEvent {
  readonly path: string;
  /** Parameters finished, and in all. */
  readonly done: number;
  readonly total: number;
  readonly elementsDone: number;
  readonly elementsTotal: number;
}
