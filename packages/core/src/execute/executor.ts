import type { CheckpointOpener } from '../checkpoint/format.js';
import { isFloatDType } from '../ir/dtype.js';
import type { HostFunctionResolver } from '../ir/host-function.js';
import type { Plan, PlanStep } from '../ir/plan.js';
import { elementCount } from '../ir/shape.js';
import type { Adapter } from '../model/adapter.js';
import type { TensorData } from '../model/tensor-data.js';
import type { Device } from '../runtime/device.js';
import { OpenCheckpoints } from './open-checkpoints.js';
import { produce } from './produce.js';
import type { ProgressEvent, Report, StepReport } from './report.js';
import { measure } from './statistics.js';

/** What a run needs besides the plan and the model. */
export interface ExecutorResources {
  readonly device: Device;
  readonly checkpoints: CheckpointOpener;
  readonly hostFunctions: HostFunctionResolver;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Measure each parameter's mean, standard deviation and extremes. */
  readonly measure?: boolean | undefined;
}

/** Longest time without giving the event loop a turn, in milliseconds: one frame of a page. */
const TURN_MILLISECONDS = 16;

/**
 * Carries a plan out: produces all values first, then writes them, so that an error or an abort while they are
 * produced leaves the model as it was. Costs one copy of the model on the host.
 *
 * The plan must fit the model: a plan from elsewhere goes through `checkPlanFits` first.
 *
 * @throws DeviceError, CheckpointError; the signal's reason.
 */
export async function executePlan(plan: Plan, adapter: Adapter, resources: ExecutorResources): Promise<Report> {
  const start = performance.now();
  const checkpoints = new OpenCheckpoints(resources.checkpoints);
  const steps: StepReport[] = [];
  try {
    const staged = await stage(plan, checkpoints, resources, steps);
    for (const [path, tensor] of staged) await adapter.write(path, tensor);
  } finally {
    await checkpoints.close();
  }
  adapter.executed?.(plan);
  const seconds = (performance.now() - start) / 1000;
  return { plan, device: resources.device.kind, seconds, steps, warnings: plan.warnings };
}

async function stage(
  plan: Plan,
  checkpoints: OpenCheckpoints,
  resources: ExecutorResources,
  reports: StepReport[],
): Promise<readonly (readonly [string, TensorData])[]> {
  const staged: (readonly [string, TensorData])[] = [];
  const elementsTotal = plan.steps.reduce((sum, step) => sum + elementCount(step.shape), 0);
  let elementsDone = 0;
  let turn = performance.now();
  for (const step of plan.steps) {
    resources.signal?.throwIfAborted();
    const start = performance.now();
    const bytes = await produce(step, {
      device: resources.device,
      checkpoints,
      hostFunctions: resources.hostFunctions,
    });
    reports.push(report(step, bytes, (performance.now() - start) / 1000, resources.measure === true));
    staged.push([step.path, { dtype: step.dtype, shape: step.shape, bytes }]);
    elementsDone += elementCount(step.shape);
    resources.onProgress?.({
      path: step.path,
      done: staged.length,
      total: plan.steps.length,
      elementsDone,
      elementsTotal,
    });
    if (performance.now() - turn > TURN_MILLISECONDS) {
      await eventLoopTurn();
      turn = performance.now();
    }
  }
  resources.signal?.throwIfAborted();
  return staged;
}

function report(step: PlanStep, bytes: Uint8Array, seconds: number, measured: boolean): StepReport {
  const statistics = measured && isFloatDType(step.dtype) ? measure(step.dtype, bytes) : undefined;
  const base = { path: step.path, elements: elementCount(step.shape), seconds };
  return statistics === undefined ? base : { ...base, statistics };
}

/** Lets timers, input and abort signals run. `setTimeout` waits a millisecond or more in Node, four in a page. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof globalThis.setImmediate === 'function') globalThis.setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
