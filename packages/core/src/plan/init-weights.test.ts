import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildRules } from '../initializers/build-rules.js';
import type { CheckpointHeader } from '../ir/checkpoint-header.js';
import type { ParameterSpec } from '../ir/parameter.js';
import type { Plan } from '../ir/plan.js';
import type { ModuleNode } from '../model/module-node.js';
import { planModel } from './planner.js';

function linear(path: string): ModuleNode {
  const spec = (name: string, shape: readonly number[]): ParameterSpec => ({
    path: `${path}.${name}`,
    role: name,
    nativeName: name,
    shape,
    dtype: 'float32',
    trainable: true,
  });
  return { path, types: ['Linear', 'Module'], parameters: [spec('weight', [2, 2]), spec('bias', [2])], children: [] };
}

/** A `BaseModule`: the one kind that has an `init_cfg`. */
function base(
  path: string,
  initCfg: unknown,
  children: readonly ModuleNode[],
  rest: Partial<ModuleNode> = {},
): ModuleNode {
  return { path, types: ['BaseModule', 'Module'], parameters: [], children, initCfg, isInit: false, ...rest };
}

function plain(path: string, children: readonly ModuleNode[]): ModuleNode {
  return { path, types: ['Module'], parameters: [], children };
}

const set = (val: number): unknown => ({ type: 'Constant', layer: 'Linear', val });

function planned(tree: ModuleNode): Plan {
  const tensors = { 'fc.weight': { dtype: 'float32', shape: [2, 2], byteOffset: 0, byteLength: 16 } } as const;
  const headers = new Map<string, CheckpointHeader>([['c', { source: 'c', tensors, metadata: {} }]]);
  return planModel({ tree, headers, source: { initWeights: (cfg, node) => buildRules(cfg, { node }) } });
}

function values(plan: Plan): Readonly<Record<string, unknown>> {
  const weights = plan.steps.filter((step) => step.role === 'weight');
  return Object.fromEntries(weights.map(({ path, law }) => [path, law.kind === 'constant' ? law.value : law.kind]));
}

test('an inner module’s rules beat an outer one’s', () => {
  const plan = planned(base('', set(1), [base('inner', set(2), [linear('inner.fc')]), linear('fc')]));
  assert.equal(values(plan), { 'inner.fc.weight': 2, 'fc.weight': 1 });
  assert.equal(plan.steps[0]?.provenance.rule, { node: 'inner', rule: 0, override: null });
  assert.equal(plan.initialized, ['inner', '']);
});

test('plain containers in between are descended into', () => {
  const plan = planned(
    base('', set(1), [plain('seq', [plain('seq.0', [base('seq.0.x', set(9), [linear('seq.0.x.fc')])])])]),
  );
  assert.equal(values(plan), { 'seq.0.x.fc.weight': 9 });
  assert.equal(plan.initialized, ['seq.0.x', '']);
});

test('a checkpoint of the module speaks after its children, wherever it stands in the list', () => {
  const rules = [{ type: 'Pretrained', checkpoint: 'c' }, set(1)];
  const tree = base('', rules, [linear('fc'), base('late', set(2), [linear('late.fc')])]);
  const plan = planned(tree);
  assert.equal(values(plan), { 'fc.weight': 'copy', 'late.fc.weight': 2 });
  assert.equal(plan.steps[0]?.provenance.rule, { node: '', rule: 0, override: null });
});

test('a module that was initialised before is skipped with all that is below it', () => {
  const inner = base('a', set(2), [base('a.b', set(3), [linear('a.b.fc')])], { isInit: true });
  const plan = planned(base('', set(1), [inner]));
  assert.equal(values(plan), { 'a.b.fc.weight': 1 });
  assert.equal(plan.initialized, ['']);
  assert.equal(plan.warnings, []);
});

test('a root that was initialised before changes nothing and says so', () => {
  const plan = planned(base('', set(1), [linear('fc')], { isInit: true }));
  assert.equal(plan.steps, []);
  assert.equal(
    plan.warnings.map((one) => one.code),
    ['init-twice'],
  );
});

test('a module without rules still initialises its children', () => {
  for (const none of [undefined, null, [], {}]) {
    const plan = planned(base('', none, [base('a', set(2), [linear('a.fc')])]));
    assert.equal(values(plan), { 'a.fc.weight': 2 });
  }
});

test('a user’s initWeights writes before, after or instead of the default', () => {
  const user = (order: readonly ('default' | 'own')[]): ModuleNode =>
    base('h', set(2), [linear('h.fc')], {
      initWeights: (scope) => {
        for (const step of order) {
          if (step === 'default') scope.initWeights();
          else scope.set('fc.weight', { kind: 'constant', value: 7 });
        }
      },
    });
  assert.equal(values(planned(base('', set(1), [user(['default', 'own'])]))), { 'h.fc.weight': 7 });
  assert.equal(values(planned(base('', set(1), [user(['own', 'default'])]))), { 'h.fc.weight': 2 });
  const instead = planned(base('', set(1), [user(['own'])]));
  assert.equal(values(instead), { 'h.fc.weight': 7 });
  assert.is(instead.steps[0]?.provenance.initializer, 'initWeights');
  assert.equal(instead.steps[1]?.law, { kind: 'constant', value: 0 });
  assert.equal(instead.initialized, [''], 'a default that never ran leaves the module uninitialised');
});

test('a default that is asked for twice runs once and warns', () => {
  const twice = base('', set(1), [linear('fc')], {
    initWeights: (scope) => {
      scope.initWeights();
      scope.initWeights();
    },
  });
  const plan = planned(twice);
  assert.is(plan.steps[0]?.provenance.superseded.length, 0);
  assert.equal(
    plan.warnings.map((one) => one.code),
    ['init-twice'],
  );
});

test('a user’s initWeights cannot set what the module lacks', () => {
  const tree = base('', undefined, [
    base('h', undefined, [linear('h.fc')], {
      initWeights: (scope) => scope.set('fc.gain', { kind: 'constant', value: 7 }),
    }),
  ]);
  assert.throws(() => planned(tree), /'fc\.gain'[\s\S]*fc\.weight, fc\.bias/);
});

test('a config that is no rule is refused with the module that holds it', () => {
  assert.throws(() => planned(base('', undefined, [base('neck', 5, [linear('neck.fc')])])), /at 'neck'/);
});

test.run();
