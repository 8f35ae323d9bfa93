import type { CheckpointOpener } from '../checkpoint/format.js';
import type { ProgressEvent } from '../execute/report.js';
import type { FanMode } from '../initializers/initializer.js';
import type { CheckpointHeader } from '../ir/checkpoint-header.js';
import type { HostFunctionResolver } from '../ir/host-function.js';
import type { Canonical } from '../plan/logical-view.js';
import type { PathMapping } from '../plan/stream-paths.js';
import type { SeedInput } from '../rng/key.js';
import type { Device } from '../runtime/device.js';

/** What to do with a rule that matches nothing. */
export type UnmatchedMode = 'error' | 'warn' | 'ignore';

/** How a plan is made. */
export interface PlanOptions {
  /** Safe integer, bigint or decimal string in [0, 2^64). Default 0. */
  readonly seed?: SeedInput;
  /** Default `axes`: right for grouped, depthwise, transposed and fused parameters. */
  readonly fans?: FanMode;
  /** Default `error`. */
  readonly unmatched?: UnmatchedMode;
  /**
   * `oihw` draws each parameter in the order of its outputs, its inputs, then space, and transposes it into the
   * framework's layout: the same seed then gives a tfjs kernel and a PyTorch one the same weights, where their paths
   * agree or `paths` makes them. Default: as parameters lie in memory.
   */
  readonly canonical?: Canonical;
  /** Under which paths random numbers are drawn. Default: each parameter's own. */
  readonly paths?: PathMapping;
  /** Headers of the checkpoints that `Pretrained` rules name. `initialize` reads them itself. */
  readonly headers?: ReadonlyMap<string, CheckpointHeader>;
}

/** How a plan is carried out. */
export interface ExecuteOptions {
  /**
   * Default `auto`: the GPU where the framework keeps large parameters, unless it is software, else the CPU. `webgpu`
   * takes that GPU too, of any size and kind, else any adapter; without one it is refused. In Node it needs the npm
   * package `webgpu`. A device of your own is used and not disposed.
   */
  readonly device?: 'auto' | 'cpu' | 'webgpu' | Device;
  /**
   * Cores on the CPU, in [1, 256]. Default `auto`: one for a small model, all of them for one that is worth starting
   * worker threads for. They start when they are wanted, stop when they were not for a while, and hold no process open.
   */
  readonly threads?: number | 'auto';
  /** Opens checkpoints by the name in the config. Default: `openCheckpoints()`, which knows paths and addresses. */
  readonly checkpoints?: CheckpointOpener;
  /** Functions behind `host` laws, by id; a `Map` is one. Registered {@link HostInit}s need not be among them. */
  readonly hostFunctions?: HostFunctionResolver;
  /**
   * Default true: all values are made before the first is written, and what was written is put back when a later write
   * fails, so that the model is wholly old or wholly new, whatever happens. It costs a second copy of the parameters, on the GPU for those that are filled where they
   * live.
   *
   * False writes each parameter as it is made, and large ones in parts where the adapter takes parts: some 64 MiB beside
   * the parameters at any size of the model, and one parameter more where that has to be made whole: `Orthogonal`, host
   * functions, and what `canonical` transposes. A run that fails or is stopped then leaves some parameters old, some new.
   */
  readonly atomic?: boolean;
  /** Stops the run; the model is then as it was, unless the run is not `atomic`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Measure mean, standard deviation and extremes of each parameter. Default false. */
  readonly measure?: boolean;
}

export interface InitializeOptions extends PlanOptions, ExecuteOptions {}
