import type { Law, Module, ModuleNode, ParameterSpec, Plan, Write } from './core.js';
import { Parameter } from './core.js';

/** What happened to a model, in the golden set's words. */
export interface Golden {
  readonly params: readonly unknown[];
  readonly write_order: readonly (readonly [string, string])[];
  readonly is_init: readonly (readonly [string, boolean])[];
  readonly buffers?: readonly unknown[];
}

/** Tells what a run of plans did to a model, after the last one was carried out. */
export function record(root: Module, tree: ModuleNode, plans: readonly Plan[]): Golden {
  const specs = [...listed(tree).values()];
  const values = valuesOf(root, tree);
  const writes = plans.map((plan) => writesOf(plan));
  const params = specs.filter((spec) => spec.trainable);
  const names = new Set(params.map((spec) => spec.path));
  const order = writes.flatMap((all) => [...all].sort((a, b) => a.write.sequence - b.write.sequence));
  const loaded = order.some(({ write }) => write.law.kind === 'copy');
  return {
    params: params.map((spec) => {
      const own = order.filter(({ path }) => path === spec.path).map(({ write }) => write);
      return golden(spec, own, values.get(spec.path) ?? []);
    }),
    write_order: order.filter(({ path }) => names.has(path)).map(({ path, write }) => [path, functionOf(write)]),
    is_init: initialised(tree),
    ...(loaded ? { buffers: buffersOf(specs, values) } : {}),
  };
}

interface PathWrite {
  readonly path: string;
  readonly write: Write;
}

function writesOf(plan: Plan): readonly PathWrite[] {
  return plan.steps.flatMap(({ path, provenance }) => {
    const { superseded, ...last } = provenance;
    return [...superseded, last].map((write) => ({ path, write }));
  });
}

function golden(spec: ParameterSpec, writes: readonly Write[], values: readonly number[]): unknown {
  const last = writes.at(-1);
  return {
    name: spec.path,
    shape: spec.shape,
    writes: writes.length,
    ...(spec.aliases === undefined ? {} : { aliases: spec.aliases }),
    ...(last === undefined ? {} : { source: sourceOf(last) }),
    final: last === undefined ? { kind: 'untouched' } : finalOf(last, values),
  };
}

function sourceOf({ rule }: Write): unknown {
  if (rule === null) return { user_init_weights: true };
  return { node: rule.node, cfg: rule.rule, override: rule.override };
}

function finalOf(write: Write, values: readonly number[]): unknown {
  const { law } = write;
  if (law.kind === 'constant') return { kind: 'fill', value: Math.fround(law.value), requested: law.value };
  if (law.kind === 'copy') return { kind: 'loaded', values };
  return { kind: 'random', fn: functionOf(write), ...distributionOf(law) };
}

function distributionOf(law: Law): Readonly<Record<string, unknown>> {
  switch (law.kind) {
    case 'normal':
      return { dist: 'normal', mean: law.mean, std: law.std };
    case 'uniform':
      return { dist: 'uniform', low: law.low, high: law.high };
    case 'truncated-normal':
      return { dist: 'trunc_normal', mean: law.mean, std: law.std, a: law.low, b: law.high };
    default:
      throw new Error(`a case led to the law '${law.kind}'`);
  }
}

/** The function of torch's that the original would have called. */
function functionOf({ initializer, law }: Write): string {
  if (law.kind === 'copy') return 'load';
  if (law.kind === 'constant') return 'constant_';
  const family = FAMILIES.get(initializer);
  if (family !== undefined) return `${family}_${law.kind}_`;
  return law.kind === 'truncated-normal' ? 'trunc_normal_' : `${law.kind}_`;
}

const FAMILIES: ReadonlyMap<string, string> = new Map([
  ['Kaiming', 'kaiming'],
  ['Caffe2Xavier', 'kaiming'],
  ['Xavier', 'xavier'],
]);

function buffersOf(
  specs: readonly ParameterSpec[],
  values: ReadonlyMap<string, readonly number[]>,
): readonly unknown[] {
  return specs.filter((spec) => !spec.trainable).map(({ path }) => ({ name: path, values: values.get(path) ?? [] }));
}

function initialised(node: ModuleNode): readonly (readonly [string, boolean])[] {
  const own: readonly (readonly [string, boolean])[] = node.isInit === undefined ? [] : [[node.path, node.isInit]];
  return [...own, ...node.children.flatMap(initialised)];
}

/** Parameters and buffers, each once, in the order in which torch names them. */
function listed(node: ModuleNode, into = new Map<string, ParameterSpec>()): ReadonlyMap<string, ParameterSpec> {
  for (const spec of node.parameters) if (!into.has(spec.path)) into.set(spec.path, spec);
  for (const child of node.children) listed(child, into);
  return into;
}

function valuesOf(module: Module, node: ModuleNode): ReadonlyMap<string, readonly number[]> {
  const values = new Map<string, readonly number[]>();
  const children = [...module.children()];
  for (const [name, member] of module.members()) {
    const spec = node.parameters.find((candidate) => candidate.nativeName === name);
    if (member instanceof Parameter && spec !== undefined) values.set(spec.path, member.values());
  }
  for (const [index, [, child]] of children.entries()) {
    const inner = node.children[index];
    if (inner !== undefined) for (const [path, list] of valuesOf(child, inner)) values.set(path, list);
  }
  return values;
}
