import { TwinCheckpoints } from './checkpoints.js';
import {
  AdapterError,
  buildRules,
  type CheckpointHeader,
  type Device,
  executePlan,
  type FanMode,
  type Initializer,
  type Law,
  type Module,
  ModuleAdapter,
  type ModuleNode,
  type Plan,
  PlanError,
  planModel,
  roundLaw,
  WEIGHT_INITIALIZERS,
} from './core.js';
import { type Golden, record } from './record.js';
import { buildTree, type TreeSpec } from './torch-tree.js';

/** Input of the S3 cases that have a tree. */
export interface InitialiseInput extends TreeSpec {
  readonly init_cfg?: unknown;
  readonly calls?: number;
  readonly target?: string;
  readonly function?: string;
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly ok: Golden;
  readonly warnings: readonly string[];
}

type Source = Parameters<typeof planModel>[0]['source'];

/** `initialize(tree, init_cfg)`; `fanMode` is torch's unless a test wants ours. */
export async function initialize(input: InitialiseInput, folder: string, fanMode: FanMode = 'torch'): Promise<Answer> {
  const rules = buildRules(input.init_cfg);
  const run = new Run(input, folder, fanMode);
  await run.plan(run.tree(), { rules }, await run.checkpoints.headers(rules));
  return run.answer();
}

/** `init_weights()` on the root or the target, once or more often */
export async function initWeights(input: InitialiseInput, folder: string): Promise<Answer> {
  const run = new Run(input, folder);
  for (let call = 0; call < (input.calls ?? 1); call += 1) {
    const node = find(run.tree(), input.target ?? '');
    const headers = await run.headersBelow(node);
    await run.plan(node, { initWeights: (cfg, path) => buildRules(cfg, { node: path }) }, headers);
  }
  return run.answer();
}

/** `kaiming_init(module, **kwargs)` and its kin, on one module */
export async function initFunction(input: InitialiseInput, folder: string): Promise<Answer> {
  const type = FUNCTIONS.get(input.function ?? '');
  if (type === undefined) throw new Error(`no function '${input.function}'`);
  const initializer: Initializer = WEIGHT_INITIALIZERS.build({ type, ...input.kwargs });
  const run = new Run(input, folder);
  await run.plan(run.tree(), { initializer }, new Map());
  return run.answer();
}

/** Constructing an initializer from its config. */
export function initializerObject(cfg: unknown): {
  readonly class: string;
  readonly attrs: Readonly<Record<string, unknown>>;
} {
  const initializer = WEIGHT_INITIALIZERS.build(cfg as { readonly type: string });
  const { className } = initializer.constructor as unknown as { readonly className: string };
  const {
    scope: _scope,
    type: _type,
    options: _options,
    mapLocation,
    strict: _strict,
    ...attrs
  } = {
    ...initializer,
  } as unknown as Readonly<Record<string, unknown>>;
  return { class: className, attrs: mapLocation === undefined ? attrs : { ...attrs, map_location: mapLocation } };
}

const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['constant_init', 'Constant'],
  ['xavier_init', 'Xavier'],
  ['normal_init', 'Normal'],
  ['trunc_normal_init', 'TruncNormal'],
  ['uniform_init', 'Uniform'],
  ['kaiming_init', 'Kaiming'],
  ['caffe2_xavier_init', 'Caffe2Xavier'],
]);

/** One case's model, planned and loaded once or more often. */
class Run {
  readonly checkpoints: TwinCheckpoints;
  readonly #root: Module;
  readonly #adapter: ModuleAdapter;
  readonly #plans: Plan[] = [];
  readonly #fanMode: FanMode;

  constructor(input: InitialiseInput, folder: string, fanMode: FanMode = 'torch') {
    this.#fanMode = fanMode;
    this.checkpoints = new TwinCheckpoints(folder);
    this.#root = buildTree(input);
    this.#adapter = new ModuleAdapter(this.#root);
  }

  tree(): ModuleNode {
    return this.#adapter.tree();
  }

  async headersBelow(node: ModuleNode): Promise<ReadonlyMap<string, CheckpointHeader>> {
    const headers = new Map<string, CheckpointHeader>();
    const { initCfg } = node;
    if (typeof initCfg === 'object' && initCfg !== null && Object.keys(initCfg).length > 0) {
      for (const [source, header] of await this.checkpoints.headersOf(initCfg)) headers.set(source, header);
    }
    for (const child of node.children) {
      for (const [source, header] of await this.headersBelow(child)) headers.set(source, header);
    }
    return headers;
  }

  async plan(tree: ModuleNode, source: Source, headers: ReadonlyMap<string, CheckpointHeader>): Promise<void> {
    const plan = planModel({
      tree,
      source,
      headers,
      fanMode: this.#fanMode,
      unmatched: 'ignore',
      rounding: asOriginal,
    });
    this.#plans.push(plan);
    const copies = { ...plan, steps: plan.steps.filter((step) => step.law.kind === 'copy') };
    await executePlan(copies, this.#adapter, {
      device: NO_DEVICE,
      checkpoints: (name) => this.checkpoints.open(name),
      hostFunctions: new Map(),
    });
  }

  answer(): Answer {
    const warnings = [...new Set(this.#plans.flatMap((plan) => plan.warnings.map((warning) => warning.code)))];
    return { ok: record(this.#root, this.tree(), this.#plans), warnings };
  }
}

/** The original draws from laws that our generator refuses; what it would write is still worth comparing. */
function asOriginal(law: Law, dtype: Parameters<typeof roundLaw>[1], path: string): Law {
  try {
    return roundLaw(law, dtype, path);
  } catch (error) {
    const vanishes = law.kind === 'constant' && Math.fround(law.value) === 0;
    const refused = error instanceof PlanError && (error.code === 'bad-law' || error.code === 'out-of-range');
    if (vanishes || (refused && law.kind !== 'constant')) return law;
    throw error;
  }
}

/** Loading needs none; a case that drew random values would be a mistake of this adapter. */
const NO_DEVICE: Device = {
  kind: 'cpu',
  fill() {
    throw new Error('a conformance case drew random values');
  },
  dispose() {},
};

function find(node: ModuleNode, path: string): ModuleNode {
  const found = search(node, path);
  if (found === undefined) throw new Error(`no module '${path}'`);
  if (found.isInit === undefined && found.initWeights === undefined) {
    throw new AdapterError({
      code: 'no-init-weights',
      what: `'${found.types[0]}' has no attribute init_weights`,
    });
  }
  return found;
}

function search(node: ModuleNode, path: string): ModuleNode | undefined {
  if (node.path === path) return node;
  for (const child of node.children) {
    const found = search(child, path);
    if (found !== undefined) return found;
  }
  return undefined;
}
