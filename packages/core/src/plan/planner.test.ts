import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PlanError } from '../errors.js';
import { buildRules } from '../initializers/build-rules.js';
import { KaimingInit } from '../initializers/kaiming.js';
import type { Law } from '../ir/law.js';
import type { ParameterSpec } from '../ir/parameter.js';
import type { Plan, PlanStep } from '../ir/plan.js';
import type { ModuleNode } from '../model/module-node.js';
import { type PlanModelOptions, planModel } from './planner.js';

function spec(path: string, shape: readonly number[], extra: Partial<ParameterSpec> = {}): ParameterSpec {
  const name = path.split('.').at(-1) ?? path;
  return { path, role: name, nativeName: name, shape, dtype: 'float32', trainable: true, ...extra };
}

function node(path: string, types: readonly string[], rest: Partial<ModuleNode> = {}): ModuleNode {
  return { path, types, parameters: [], children: [], ...rest };
}

function linear(path: string, input: number, output: number): ModuleNode {
  const parameters = [spec(`${path}.weight`, [output, input], { axes: ['out', 'in'] }), spec(`${path}.bias`, [output])];
  return node(path, ['Linear', 'Module'], { parameters });
}

function net(...children: readonly ModuleNode[]): ModuleNode {
  return node('', ['Net', 'Module'], { children });
}

const NET = net(
  linear('a', 3, 4),
  node('norm', ['BatchNorm', '_BatchNorm', 'Module'], {
    parameters: [
      spec('norm.weight', [4], { axes: ['elementwise'] }),
      spec('norm.bias', [4]),
      spec('norm.running_mean', [4], { trainable: false }),
    ],
  }),
  linear('b', 4, 2),
);

function planned(cfg: unknown, options: Partial<PlanModelOptions> = {}): Plan {
  return planModel({ tree: NET, source: { rules: buildRules(cfg) }, ...options });
}

function laws(plan: Plan): Readonly<Record<string, Law>> {
  return Object.fromEntries(plan.steps.map((step) => [step.path, step.law]));
}

function stepOf(plan: Plan, path: string): PlanStep {
  const step = plan.steps.find((candidate) => candidate.path === path);
  assert.ok(step, `no step for ${path}`);
  return step;
}

function errorOf(work: () => unknown): PlanError {
  try {
    work();
  } catch (error) {
    return error as PlanError;
  }
  return assert.unreachable('nothing was thrown') as never;
}

const constant = (value: number): Law => ({ kind: 'constant', value });

test('a rule speaks for its layers, by class or base, and for nothing else', () => {
  const plan = planned([
    { type: 'Constant', layer: 'Linear', val: 1, bias: 2 },
    { type: 'Constant', layer: '_BatchNorm', val: 3 },
  ]);
  assert.equal(laws(plan), {
    'a.weight': constant(1),
    'a.bias': constant(2),
    'norm.weight': constant(3),
    'norm.bias': constant(0),
    'b.weight': constant(1),
    'b.bias': constant(2),
  });
  assert.equal(
    plan.untouched.map((one) => one.path),
    ['norm.running_mean'],
  );
});

test('a rule for a list of layers matches where any of them does', () => {
  const plan = planned({ type: 'Constant', layer: ['BatchNorm', 'GroupNorm'], val: 1 });
  assert.equal(Object.keys(laws(plan)), ['norm.weight', 'norm.bias']);
});

test('every parameter is either set by one step or reported with a reason', () => {
  const plan = planned({ type: 'Constant', layer: 'Linear', val: 1 });
  const paths = [...plan.steps, ...plan.untouched].map((one) => one.path);
  assert.is(new Set(paths).size, 7);
  assert.is(paths.length, 7);
  for (const one of plan.untouched) assert.ok(one.reason.length > 0);
});

test('a later rule supersedes an earlier one, which stays in the provenance', () => {
  const plan = planned([
    { type: 'Kaiming', layer: 'Linear' },
    { type: 'Constant', layer: 'Linear', val: 1 },
  ]);
  const { provenance, law } = stepOf(plan, 'a.weight');
  assert.equal(law, constant(1));
  assert.is(provenance.initializer, 'Constant');
  assert.equal(provenance.rule, { node: '', rule: 1, override: null });
  assert.equal(
    provenance.superseded.map((write) => write.initializer),
    ['Kaiming'],
  );
  assert.equal(provenance.superseded[0]?.fans, { fanIn: 3, fanOut: 4 });
  assert.ok(provenance.sequence > (provenance.superseded[0]?.sequence ?? Number.POSITIVE_INFINITY));
});

test('overrides speak after their rule, for the named child whatever its class', () => {
  const plan = planned({
    type: 'Constant',
    layer: 'Linear',
    val: 1,
    override: [{ name: 'norm' }, { name: 'b', type: 'Constant', val: 7 }],
  });
  assert.equal(laws(plan)['norm.weight'], constant(1));
  assert.equal(laws(plan)['b.weight'], constant(7));
  assert.equal(stepOf(plan, 'b.weight').provenance.rule, { node: '', rule: 0, override: 1 });
});

test('an override of a name that holds nothing does nothing; of one that is missing is an error', () => {
  const tree = node('', ['Net'], { children: NET.children, absent: ['head'] });
  const cfg = (name: string): unknown => ({ type: 'Constant', layer: 'Linear', val: 1, override: { name } });
  assert.is(planned(cfg('head'), { tree }).steps.length, 4);
  const error = errorOf(() => planned(cfg('tail'), { tree }));
  assert.is(error.code, 'missing-attribute');
  assert.match(error.message, /tail[\s\S]*a, norm, b/);
});

test('an override that names a parameter is refused as no module', () => {
  const tree = linear('fc', 2, 2);
  const cfg = { type: 'Constant', layer: 'Linear', val: 1, override: { name: 'weight' } };
  assert.is(errorOf(() => planned(cfg, { tree })).code, 'not-a-module');
});

const UNMATCHED: readonly (readonly [string, unknown, RegExp])[] = [
  ['a layer that the model lacks', { type: 'Normal', layer: 'Conv9d' }, /Linear/],
  ['a layer in other letters', { type: 'Normal', layer: 'linear' }, /write Linear/],
  ['a layer without parameters', { type: 'Normal', layer: 'Net' }, /none with a parameter/],
  ['neither layer nor override', { type: 'Normal' }, /neither 'layer' nor 'override'/],
];

for (const [what, cfg, message] of UNMATCHED) {
  test(`${what} is an error, a warning or nothing, as asked`, () => {
    const error = errorOf(() => planned(cfg));
    assert.is(error.code, 'unmatched-rule');
    assert.match(error.message, message);
    assert.match(error.message, /init_cfg/);
    assert.equal(
      planned(cfg, { unmatched: 'warn' }).warnings.map((one) => one.code),
      ['unmatched-rule'],
    );
    assert.equal(planned(cfg, { unmatched: 'ignore' }).warnings, []);
  });
}

test('a law without fans for a vector is an error with the parameter and the rule', () => {
  const error = errorOf(() => planned({ type: 'Kaiming', layer: 'BatchNorm' }));
  assert.is(error.path, 'norm.weight');
  assert.is(error.origin?.key, 'init_cfg');
  assert.match(error.message, /fewer than 2 dimensions/);
});

test('numbers are rounded to the dtype that is stored; the provenance keeps them as asked', () => {
  const plan = planned({ type: 'Normal', layer: 'Linear', std: 0.01 }, { dtype: 'bfloat16' });
  const step = stepOf(plan, 'a.weight');
  assert.is(step.dtype, 'bfloat16');
  assert.equal(step.law, { kind: 'normal', mean: 0, std: Math.fround(0.01) });
  assert.equal(step.provenance.law, { kind: 'normal', mean: 0, std: 0.01 });
});

test('a law that the dtype cannot hold is an error with the path', () => {
  const error = errorOf(() => planned({ type: 'Constant', layer: 'Linear', val: 1e6 }, { dtype: 'float16' }));
  assert.is(error.path, 'a.weight');
});

test('a layer’s own law is taken where no rule speaks, unless the model is not fresh', () => {
  const fallback = { law: constant(1), source: 'ones' };
  const tree = net(
    node('n', ['Norm'], { parameters: [spec('n.weight', [2], { fallback }), spec('n.bias', [2])] }),
    linear('a', 2, 2),
  );
  const cfg = { type: 'Constant', layer: 'Linear', val: 3 };
  const fresh = planned(cfg, { tree });
  assert.is(stepOf(fresh, 'n.weight').provenance.initializer, 'fallback');
  assert.is(stepOf(fresh, 'n.weight').provenance.rule, null);
  assert.equal(
    planned(cfg, { tree, fresh: false }).untouched.map((one) => one.path),
    ['n.weight', 'n.bias'],
  );
  assert.equal(stepOf(planned({ type: 'Constant', layer: 'Norm', val: 5 }, { tree }), 'n.weight').law, constant(5));
});

test('one initializer speaks for the root’s own parameters only', () => {
  const tree = node('', ['Any'], {
    parameters: [spec('weight', [4, 3], { axes: ['out', 'in'] })],
    children: [linear('a', 2, 2)],
  });
  const plan = planModel({ tree, source: { initializer: new KaimingInit() } });
  assert.equal(
    plan.steps.map((step) => step.path),
    ['weight'],
  );
  assert.is(stepOf(plan, 'weight').provenance.rule, null);
});

test('keys follow seed and path: not the place in the tree, not what comes after', () => {
  const cfg = { type: 'Normal', layer: 'Linear' };
  const keys = (tree: ModuleNode, seed: number): Map<string, string> =>
    new Map(planned(cfg, { tree, seed }).steps.map((step) => [step.path, step.key]));
  const one = keys(NET, 7);
  const more = keys(net(linear('z', 2, 2), ...NET.children, linear('c', 9, 9)), 7);
  for (const [path, key] of one) assert.is(more.get(path), key);
  assert.is(new Set([...one.values(), ...keys(NET, 8).values()]).size, 8);
});

test('a parameter gets the same law, key and rule whatever order the model lists it in', () => {
  const cfg = [
    { type: 'Kaiming', layer: 'Linear' },
    { type: 'Constant', layer: 'BatchNorm', val: 1 },
  ];
  const turned = net(
    ...[...NET.children].reverse().map((child) => ({ ...child, parameters: [...child.parameters].reverse() })),
  );
  const facts = (tree: ModuleNode): unknown =>
    planned(cfg, { tree })
      .steps.map(({ path, law, key, provenance: { rule, options } }) => ({ path, law, key, rule, options }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  assert.equal(facts(turned), facts(NET));
});

test('a plan is frozen, survives JSON, and has one hash', () => {
  const plan = planned({ type: 'Kaiming', layer: 'Linear' }, { seed: 2n ** 64n - 1n });
  assert.equal(JSON.parse(JSON.stringify(plan)), plan);
  assert.is(plan.seed, '18446744073709551615');
  assert.ok(Object.isFrozen(plan.steps[0]?.provenance.options));
  assert.throws(() => Object.assign(plan.steps[0]?.law ?? {}, { kind: 'constant' }), TypeError);
  assert.is(planned({ type: 'Kaiming', layer: 'Linear' }, { seed: 2n ** 64n - 1n }).hash, plan.hash);
  assert.is.not(planned({ type: 'Kaiming', layer: 'Linear' }).hash, plan.hash);
});

test('the tree and the config are as they were after planning', () => {
  const before = JSON.stringify(NET);
  planned({ type: 'Kaiming', layer: 'Linear' });
  assert.is(JSON.stringify(NET), before);
  assert.not(Object.isFrozen(NET.children[0]?.parameters[0]?.shape), 'shapes of the model are not frozen');
});

test('what an adapter warns of is among the warnings of the plan', () => {
  const tree = { ...NET, warnings: [{ code: 'odd-layer', message: 'odd', path: 'a' }] };
  assert.equal(planned({ type: 'Normal', layer: 'Linear' }, { tree }).warnings, tree.warnings);
});

const WORDS: readonly (readonly [string, Partial<PlanModelOptions>])[] = [
  ['fans', { fanMode: 'keras' as 'axes' }],
  ['unmatched', { unmatched: 'loud' as 'warn' }],
];

for (const [option, options] of WORDS) {
  test(`an unknown word for ${option} is refused`, () => {
    const error = errorOf(() => planned({ type: 'Normal', layer: 'Linear' }, options));
    assert.is(error.code, 'bad-option');
    assert.match(error.message, new RegExp(option));
  });
}

for (const seed of [-1, 1.5, 2 ** 53, '0x1', 2n ** 64n]) {
  test(`seed ${String(seed)} is refused`, () => {
    assert.is(errorOf(() => planned({ type: 'Normal', layer: 'Linear' }, { seed })).code, 'bad-seed');
  });
}

test.run();
