import { isFloatDType } from '../ir/dtype.js';
import type { Plan, PlanStep } from '../ir/plan.js';
import { elementCount } from '../ir/shape.js';
import type { ProgressEvent, StepReport } from './report.js';
import { Meter } from './statistics.js';

/** What a run tells while it goes on, and what it reports in the end. */
export class RunLog {
  readonly steps: StepReport[] = [];
  readonly #total: number;
  readonly #elementsTotal: number;
  readonly #measured: boolean;
  readonly #onProgress: ((event: ProgressEvent) => void) | undefined;
  #elementsDone = 0;

  constructor(
    plan: Plan,
    options: { onProgress?: ((event: ProgressEvent) => void) | undefined; measure?: boolean | undefined },
  ) {
    this.#total = plan.steps.length;
    this.#elementsTotal = plan.steps.reduce((sum, step) => sum + elementCount(step.shape), 0);
    this.#measured = options.measure === true;
    this.#onProgress = options.onProgress;
  }

  /** What measures a parameter; undefined where nothing is to be measured. */
  meterFor(step: PlanStep): Meter | undefined {
    return this.#measured && isFloatDType(step.dtype) ? new Meter(step.dtype) : undefined;
  }

  /** A parameter is done. */
  add(step: PlanStep, seconds: number, meter: Meter | undefined): void {
    const elements = elementCount(step.shape);
    const statistics = meter?.statistics();
    const base = { path: step.path, elements, seconds };
    this.steps.push(statistics === undefined ? base : { ...base, statistics });
    this.#elementsDone += elements;
    this.#onProgress?.({
      path: step.path,
      done: this.steps.length,
      total: this.#total,
      elementsDone: this.#elementsDone,
      elementsTotal: this.#elementsTotal,
    });
  }
}
