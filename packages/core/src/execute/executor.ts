import type { CheckpointOpener } from '../checkpoint/format.js';
import type { HostFunctionResolver } from '../ir/host-function.js';
import type { Plan } from '../ir/plan.js';
import type { Adapter } from '../model/adapter.js';
import type { Device } from '../runtime/device.js';
import { AtomicRun } from './atomic-run.js';
import { GpuTarget } from './gpu-target.js';
import { Lowering } from './lowering.js';
import { OpenCheckpoints } from './open-checkpoints.js';
import type { Producers } from './produce.js';
import type { ProgressEvent, Report } from './report.js';
import { RunLog } from './run-log.js';
import { SteadyDevice } from './steady-device.js';
import { WriteThrough } from './write-through.js';

/** What a run needs besides the plan and the model. */
export interface ExecutorResources {
  readonly device: Device;
  /** The device on which a run goes on when its own is lost. */
  readonly fallback?: (() => Promise<Device>) | undefined;
  readonly checkpoints: CheckpointOpener;
  readonly hostFunctions: HostFunctionResolver;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Measure each parameter's mean, standard deviation and extremes. */
  readonly measure?: boolean | undefined;
  /** Write nothing before all values exist. Default true. */
  readonly atomic?: boolean | undefined;
}

/**
 * Carries a plan out: produces all values first, then writes them, so that an error or an abort leaves the model as it
 * was. Costs one copy of the model, on the host or, for parameters that live on the run's GPU, there. A run that is not
 * atomic writes each value as it is produced.
 *
 * The plan must fit the model: a plan from elsewhere goes through `checkPlanFits` first.
 *
 * @throws DeviceError, CheckpointError, AdapterError; the signal's reason.
 */
export async function executePlan(plan: Plan, adapter: Adapter, resources: ExecutorResources): Promise<Report> {
  const start = performance.now();
  const checkpoints = new OpenCheckpoints(resources.checkpoints, resources.signal);
  const device = new SteadyDevice(resources.device, resources);
  const log = new RunLog(plan, resources);
  const { hostFunctions, signal } = resources;
  try {
    const producers: Producers = { device, lowering: new Lowering(), checkpoints, hostFunctions, signal };
    // What is measured has to be seen by the host.
    const gpu = resources.measure === true ? undefined : GpuTarget.of(adapter, device);
    const Run = resources.atomic === false ? WriteThrough : AtomicRun;
    await new Run(adapter, producers, { log, gpu }).run(plan.steps);
  } finally {
    await checkpoints.close();
  }
  adapter.executed?.(plan);
  return {
    plan,
    device: device.kind,
    ...(device.threads === undefined ? {} : { threads: device.threads }),
    seconds: (performance.now() - start) / 1000,
    steps: log.steps,
    warnings: [...plan.warnings, ...device.warnings],
  };
}
