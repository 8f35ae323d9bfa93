import type { BuildFunction } from './build.js';
import { buildRunnerFromConfig, buildSchedulerFromConfig, buildSequenceWith } from './build-functions.js';
import { DEFAULT_SCOPE, type DefaultScope } from './default-scope.js';
import { Registry } from './registry.js';

/** The roots that OpenMMLab's packages hang their registries under: mmengine's variable, and its registry's name. */
const NAMES = {
  RUNNERS: 'runner',
  RUNNER_CONSTRUCTORS: 'runner constructor',
  LOOPS: 'loop',
  HOOKS: 'hook',
  STRATEGIES: 'strategy',
  DATASETS: 'dataset',
  DATA_SAMPLERS: 'data sampler',
  TRANSFORMS: 'transform',
  MODELS: 'model',
  MODEL_WRAPPERS: 'model_wrapper',
  WEIGHT_INITIALIZERS: 'weight initializer',
  OPTIMIZERS: 'optimizer',
  OPTIM_WRAPPERS: 'optim_wrapper',
  OPTIM_WRAPPER_CONSTRUCTORS: 'optimizer wrapper constructor',
  PARAM_SCHEDULERS: 'parameter scheduler',
  METRICS: 'metric',
  EVALUATOR: 'evaluator',
  TASK_UTILS: 'task util',
  VISUALIZERS: 'visualizer',
  VISBACKENDS: 'vis_backend',
  LOG_PROCESSORS: 'log_processor',
  INFERENCERS: 'inferencer',
  FUNCTIONS: 'function',
} as const;

/** One registry for each part of an OpenMMLab config. */
export type RootRegistries = { readonly [variable in keyof typeof NAMES]: Registry<unknown> };

export interface RootRegistryOptions {
  /** Scope of all of them. Default: mmengine's own, `mmengine`. */
  readonly scope?: string;
  /** What a list of models becomes; without it, a list is an error. */
  readonly sequence?: (parts: unknown[]) => unknown;
  readonly defaultScope?: DefaultScope;
}

/**
 * Fresh root registries, as mmengine has them, for programs that build more of an OpenMMLab config than its model and
 * initializers. They are made on demand, and belong to whoever made them: nothing is shared behind the scenes.
 */
export function createRootRegistries(options: RootRegistryOptions = {}): RootRegistries {
  const { scope = 'mmengine', defaultScope = DEFAULT_SCOPE, sequence } = options;
  const builds: Readonly<Record<string, BuildFunction<unknown>>> = {
    RUNNERS: buildRunnerFromConfig,
    PARAM_SCHEDULERS: buildSchedulerFromConfig,
    ...(sequence === undefined ? {} : { MODELS: buildSequenceWith(sequence) }),
  };
  const made = Object.entries(NAMES).map(([variable, name]) => {
    const build = builds[variable];
    const registry = new Registry<unknown>(name, { scope, defaultScope, ...(build === undefined ? {} : { build }) });
    return [variable, registry] as const;
  });
  return Object.freeze(Object.fromEntries(made)) as RootRegistries;
}
