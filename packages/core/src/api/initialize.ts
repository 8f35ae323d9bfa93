import type { CheckpointOpener } from '../checkpoint/format.js';
import { defaultCheckpoints } from '../checkpoint/open-checkpoints.js';
import { checkPlanFits } from '../execute/check-plan.js';
import { executePlan } from '../execute/executor.js';
import { gpuOf } from '../execute/gpu-target.js';
import { OpenCheckpoints } from '../execute/open-checkpoints.js';
import type { Report } from '../execute/report.js';
import { buildRules } from '../initializers/build-rules.js';
import type { Rule } from '../initializers/rule.js';
import type { CheckpointHeader } from '../ir/checkpoint-header.js';
import type { Plan } from '../ir/plan.js';
import { elementCount } from '../ir/shape.js';
import type { Adapter } from '../model/adapter.js';
import { originOfInitCfg } from '../model/config-origins.js';
import type { ModuleNode } from '../model/module-node.js';
import { type PlanSource, planModel } from '../plan/planner.js';
import { factorisingWork } from '../runtime/orthogonal/factorising-work.js';
import { expectDevice, selectDevice } from '../runtime/select-device.js';
import { type DataConfig, type InitSource, type NamedInitConfig, rulesOf } from './config.js';
import { resolveHostFunctions } from './host-functions.js';
import type { ExecuteOptions, InitializeOptions, PlanOptions } from './options.js';
import { adapterOf, type Target } from './target.js';

/**
 * Decides what every parameter gets, without touching the model: pure and synchronous.
 *
 * @returns a frozen, JSON-safe plan.
 * @throws ConfigError, RegistryError for the config; PlanError for rules that do not fit the model; AdapterError.
 * @example
 * console.log(explain(plan(tfjs(tf, model), { type: 'Kaiming', layer: 'Conv2d' }, { seed: 42 })));
 */
// An editor completes by the first overload, and TypeScript tells what is wrong with the last: so both are this one.
export function plan(target: Target, config: NamedInitConfig, options?: PlanOptions): Plan;
/** {@inheritDoc plan} */
export function plan<const Given>(target: Target, config: DataConfig<Given> & Given, options?: PlanOptions): Plan;
/** {@inheritDoc plan} */
export function plan(target: Target, config: InitSource, options?: PlanOptions): Plan;
/** {@inheritDoc plan} */
export function plan(target: Target, config: NamedInitConfig, options?: PlanOptions): Plan;
export function plan(target: Target, config: InitSource, options: PlanOptions = {}): Plan {
  return planFrom(adapterOf(target), { rules: rulesOf(config) }, options);
}

/**
 * Carries a plan out, here or elsewhere, now or later: the same bits.
 *
 * @throws PlanError `plan-mismatch` when the plan is of another model; DeviceError; CheckpointError; the reason of
 * `signal`. The model is then as it was.
 */
export async function execute(plan: Plan, target: Target, options: ExecuteOptions = {}): Promise<Report> {
  const adapter = adapterOf(target);
  checkPlanFits(plan, adapter.tree());
  return carryOut(plan, adapter, options);
}

/** Executes a plan that is known to fit, such as one that was just made of this model. */
export async function carryOut(plan: Plan, adapter: Adapter, options: ExecuteOptions): Promise<Report> {
  const elements = plan.steps.reduce((sum, step) => sum + elementCount(step.shape), 0);
  const factorising = plan.steps.reduce(
    (most, { law }) => (law.kind === 'orthogonal' ? Math.max(most, factorisingWork(law)) : most),
    0,
  );
  const gpu = gpuOf(plan, adapter, options.measure);
  const lean = options.atomic === false;
  const needs = { threads: options.threads, elements, factorising, lean, ...gpu };
  return executePlan(plan, adapter, {
    device: await selectDevice(options.device, needs),
    fallback: () => selectDevice('cpu', needs),
    checkpoints: options.checkpoints ?? defaultCheckpoints,
    hostFunctions: resolveHostFunctions(options.hostFunctions),
    atomic: options.atomic,
    signal: options.signal,
    onProgress: options.onProgress,
    measure: options.measure,
  });
}

/**
 * Initialises a model by a config: `plan`, then `execute`.
 *
 * @throws as `plan` and `execute` do, and CheckpointError for a checkpoint that is missing or broken. The model is then
 * as it was.
 * @example
 * await initialize(tfjs(tf, model), [
 *   { type: 'Kaiming', layer: 'Conv2d' },
 *   { type: 'Constant', layer: '_BatchNorm', val: 1 },
 * ], { seed: 42 });
 */
export function initialize(target: Target, config: NamedInitConfig, options?: InitializeOptions): Promise<Report>;
/** {@inheritDoc initialize} */
export function initialize<const Given>(
  target: Target,
  config: DataConfig<Given> & Given,
  options?: InitializeOptions,
): Promise<Report>;
/** {@inheritDoc initialize} */
export function initialize(target: Target, config: InitSource, options?: InitializeOptions): Promise<Report>;
/** {@inheritDoc initialize} */
export function initialize(target: Target, config: NamedInitConfig, options?: InitializeOptions): Promise<Report>;
export async function initialize(target: Target, config: InitSource, options: InitializeOptions = {}): Promise<Report> {
  return run(adapterOf(target), { rules: rulesOf(config) }, options);
}

/**
 * Initialises a model by the `init_cfg`s in it: of each module its own rules, then its children, then its `Pretrained`
 * rules, as mmengine's `init_weights`. A second call changes nothing and says so in the report's warnings.
 *
 * @throws as {@link initialize} does.
 */
export async function initWeights(target: Target, options: InitializeOptions = {}): Promise<Report> {
  const adapter = adapterOf(target);
  const built = rulesOfTree(adapter.tree());
  return run(adapter, { initWeights: (cfg, node) => built.get(node) ?? buildRules(cfg, { node }) }, options, built);
}

/** Plans from a source and executes; the headers of checkpoints are read in between. */
export async function run(
  adapter: Adapter,
  source: PlanSource,
  options: InitializeOptions,
  built: ReadonlyMap<string, readonly Rule[]> = new Map(),
): Promise<Report> {
  // An unknown device is refused before any file is opened.
  expectDevice(options.device, options.threads);
  const rules = 'rules' in source ? source.rules : [...built.values()].flat();
  const hostFunctions = resolveHostFunctions(options.hostFunctions, rules);
  // Open from the header to the last tensor: what is planned is what is read, and no server is asked twice.
  const open = new OpenCheckpoints(options.checkpoints ?? defaultCheckpoints, options.signal);
  try {
    const headers = options.headers ?? (await headersOf(rules, open));
    const made = planFrom(adapter, source, { ...options, headers });
    return await carryOut(made, adapter, { ...options, hostFunctions, checkpoints: open.lend() });
  } finally {
    await open.close();
  }
}

function planFrom(adapter: Adapter, source: PlanSource, options: PlanOptions): Plan {
  return planModel({
    tree: adapter.tree(),
    source,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.fans === undefined ? {} : { fanMode: options.fans }),
    ...(options.unmatched === undefined ? {} : { unmatched: options.unmatched }),
    ...(options.headers === undefined ? {} : { headers: options.headers }),
    ...(options.canonical === undefined ? {} : { canonical: options.canonical }),
    ...(options.paths === undefined ? {} : { paths: options.paths }),
  });
}

/** The rules of every module that has an `init_cfg`, by the module's path. */
function rulesOfTree(root: ModuleNode): ReadonlyMap<string, readonly Rule[]> {
  const built = new Map<string, readonly Rule[]>();
  const visit = (node: ModuleNode): void => {
    const { initCfg } = node;
    if (typeof initCfg === 'object' && initCfg !== null && Object.keys(initCfg).length > 0) {
      const origin = originOfInitCfg(initCfg);
      built.set(node.path, buildRules(initCfg, { node: node.path, ...(origin === undefined ? {} : { origin }) }));
    }
    for (const child of node.children) visit(child);
  };
  visit(root);
  return built;
}

/**
 * Headers of the checkpoints that a config's `Pretrained` rules name, for {@link plan}, which reads no file itself.
 *
 * @param opener default: {@link openCheckpoints} without options.
 * @throws CheckpointError for a checkpoint that is missing or broken.
 */
export function readCheckpointHeaders(
  config: NamedInitConfig,
  opener?: CheckpointOpener,
): Promise<ReadonlyMap<string, CheckpointHeader>>;
/** {@inheritDoc readCheckpointHeaders} */
export function readCheckpointHeaders<const Given>(
  config: DataConfig<Given> & Given,
  opener?: CheckpointOpener,
): Promise<ReadonlyMap<string, CheckpointHeader>>;
/** {@inheritDoc readCheckpointHeaders} */
export function readCheckpointHeaders(
  config: InitSource,
  opener?: CheckpointOpener,
): Promise<ReadonlyMap<string, CheckpointHeader>>;
/** {@inheritDoc readCheckpointHeaders} */
export function readCheckpointHeaders(
  config: NamedInitConfig,
  opener?: CheckpointOpener,
): Promise<ReadonlyMap<string, CheckpointHeader>>;
export async function readCheckpointHeaders(
  config: InitSource,
  opener: CheckpointOpener = defaultCheckpoints,
): Promise<ReadonlyMap<string, CheckpointHeader>> {
  const open = new OpenCheckpoints(opener);
  try {
    return await headersOf(rulesOf(config), open);
  } finally {
    await open.close();
  }
}

async function headersOf(
  rules: readonly Rule[],
  open: OpenCheckpoints,
): Promise<ReadonlyMap<string, CheckpointHeader>> {
  const initializers = rules.flatMap((rule) => [rule.initializer, ...rule.overrides.map((inner) => inner.initializer)]);
  const sources = initializers.flatMap((initializer) => (initializer.scope === 'tree' ? initializer.sources : []));
  const headers = new Map<string, CheckpointHeader>();
  for (const source of new Set(sources)) headers.set(source, (await open.get(source)).header);
  return headers;
}
