import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildRules } from '../initializers/build-rules.js';
import type { ParameterSpec } from '../ir/parameter.js';
import type { Plan } from '../ir/plan.js';
import type { ModuleNode } from '../model/module-node.js';
import { explain, explainRules, formatLaw, summarizeRules } from './explain.js';
import { planModel } from './planner.js';

function spec(path: string, shape: readonly number[], extra: Partial<ParameterSpec> = {}): ParameterSpec {
  const name = path.split('.').at(-1) ?? path;
  return { path, role: name, nativeName: name, shape, dtype: 'float32', trainable: true, ...extra };
}

function layer(path: string, types: readonly string[], parameters: readonly ParameterSpec[]): ModuleNode {
  return { path, types, parameters, children: [] };
}

function example(): Plan {
  const tree: ModuleNode = {
    path: '',
    types: ['Net'],
    parameters: [],
    children: [
      layer(
        'conv',
        ['Conv2d'],
        [spec('conv.weight', [64, 3, 7, 7], { axes: ['out', 'in', 'spatial', 'spatial'] }), spec('conv.bias', [64])],
      ),
      layer('bn', ['BatchNorm2d'], [spec('bn.weight', [64]), spec('bn.running_mean', [64])]),
      layer('head', ['Linear'], [spec('head.weight', [10, 64], { axes: ['out', 'in'] }), spec('head.bias', [10])]),
      layer('empty', ['Linear'], [spec('empty.weight', [0, 64])]),
    ],
  };
  const rules = buildRules(
    [
      { type: 'Kaiming', layer: 'Conv2d' },
      { type: 'Constant', layer: 'BatchNorm2d', val: 1 },
      { type: 'TruncNormal', layer: 'Linear', std: 0.02, a: -0.04, b: 0.04, bias_prob: 0.01 },
    ],
    { origin: (path) => ({ file: 'resnet.yaml', line: 3 + Number(path[0]), key: `init_cfg[${path[0]}]` }) },
  );
  return planModel({ tree, source: { rules }, seed: 42 });
}

test('a plan reads as a table: law, what it came from, and who asked for it', () => {
  const plan = example();
  assert.snapshot(
    explain(plan),
    `plan ${plan.hash}, generator exact-1, seed 42

parameter    shape          dtype    law                                            from                            set by
-----------  -------------  -------  ---------------------------------------------  ------------------------------  -----------------------------------------------
conv.weight  [64, 3, 7, 7]  float32  normal(mean 0, std 0.02525381)                 fans 147 → 3136, gain 1.414214  Kaiming rule 0, resnet.yaml:3 (init_cfg[0])
conv.bias    [64]           float32  constant 0                                                                     Kaiming rule 0, resnet.yaml:3 (init_cfg[0])
bn.weight    [64]           float32  constant 1                                                                     Constant rule 1, resnet.yaml:4 (init_cfg[1])
head.weight  [10, 64]       float32  normal(mean 0, std 0.02) within [-0.04, 0.04]                                  TruncNormal rule 2, resnet.yaml:5 (init_cfg[2])
head.bias    [10]           float32  constant -4.59512                                                              TruncNormal rule 2, resnet.yaml:5 (init_cfg[2])

untouched        shape    dtype    why
---------------  -------  -------  -------------------------------------------------------------------------
bn.running_mean  [64]     float32  rules set weight and bias, and this is 'running_mean'; it keeps its value
empty.weight     [0, 64]  float32  it has no elements

warning zero-element: 'empty.weight' has no elements: there is nothing to initialise`,
  );
});

test('the summary has one line a rule, with its parameters and elements', () => {
  assert.snapshot(
    explainRules(example()),
    `rule                                             parameters  elements  law
-----------------------------------------------  ----------  --------  --------------------------------------------------------
Kaiming rule 0, resnet.yaml:3 (init_cfg[0])      2           9472      normal(mean 0, std 0.02525381) and 1 more
Constant rule 1, resnet.yaml:4 (init_cfg[1])     1           64        constant 1
TruncNormal rule 2, resnet.yaml:5 (init_cfg[2])  2           650       normal(mean 0, std 0.02) within [-0.04, 0.04] and 1 more`,
  );
});

test('a summary counts every step once', () => {
  const plan = example();
  const summary = summarizeRules(plan);
  assert.is(
    summary.reduce((sum, rule) => sum + rule.parameters, 0),
    plan.steps.length,
  );
  assert.is(summary[0]?.elements, 64 * 3 * 49 + 64);
  assert.equal(summary[2]?.paths, ['head.weight', 'head.bias']);
});

test('every kind of law has words', () => {
  const ones = { kind: 'constant', value: 1 } as const;
  assert.is(formatLaw({ kind: 'uniform', low: -0.5, high: 0.5 }), 'uniform [-0.5, 0.5)');
  assert.is(formatLaw({ kind: 'orthogonal', gain: 1, rows: 3, columns: 4 }), 'orthogonal(3 × 4, gain 1)');
  assert.is(
    formatLaw({
      kind: 'orthogonal',
      gain: 1,
      rows: 3,
      columns: 4,
      place: { shape: [5, 3, 4], rows: [1], columns: [2] },
    }),
    'orthogonal(3 × 4, gain 1, in the spatial centre)',
  );
  assert.is(formatLaw({ kind: 'identity', gain: 2, rows: 3, columns: 3 }), 'identity(3 × 3, gain 2)');
  assert.is(
    formatLaw({ kind: 'copy', source: 'a.safetensors', tensor: 'w', dtype: 'float16' }),
    'copy of w (float16) in a.safetensors',
  );
  assert.is(formatLaw({ kind: 'host', id: 'mine', options: {} }), 'host function mine');
  assert.is(formatLaw({ kind: 'kernel', id: 'mine', args: [0.5, 2] }), 'kernel mine(0.5, 2)');
  const segments = [
    { length: 2, law: ones },
    { length: 6, law: { kind: 'constant', value: 0 } as const },
  ];
  assert.is(formatLaw({ kind: 'segments', segments }), '2 × constant 1, then 6 × constant 0');
});

test.run();
