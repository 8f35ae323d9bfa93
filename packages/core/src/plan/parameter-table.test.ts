import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PlanError } from '../errors.js';
import { buildRules } from '../initializers/build-rules.js';
import type { ParameterSpec } from '../ir/parameter.js';
import type { ModuleNode } from '../model/module-node.js';
import { namedParameters, readParameters } from './parameter-table.js';
import { planModel } from './planner.js';

function spec(path: string, shape: readonly number[], extra: Partial<ParameterSpec> = {}): ParameterSpec {
  const name = path.split('.').at(-1) ?? path;
  return { path, role: name, nativeName: name, shape, dtype: 'float32', trainable: true, ...extra };
}

function layer(path: string, parameters: readonly ParameterSpec[], rest: Partial<ModuleNode> = {}): ModuleNode {
  return { path, types: ['Layer'], parameters, children: [], ...rest };
}

function refusal(parameter: ParameterSpec): PlanError {
  try {
    readParameters(layer('', [parameter]));
  } catch (error) {
    assert.instance(error, PlanError);
    return error as PlanError;
  }
  return assert.unreachable('it was accepted') as never;
}

const REFUSED: readonly (readonly [string, ParameterSpec, string])[] = [
  ['2^32 elements', spec('w', [2 ** 31, 2]), 'too-large'],
  ['2^60 elements, more than a number counts', spec('w', [2 ** 30, 2 ** 30]), 'too-large'],
  ['an unknown extent', spec('w', [3, Number.NaN]), 'bad-shape'],
  ['a negative extent', spec('w', [-1]), 'bad-shape'],
  ['a dtype that nobody knows', spec('w', [1], { dtype: 'float8' as 'float32' }), 'unknown-dtype'],
];

for (const [what, parameter, code] of REFUSED) {
  test(`a parameter with ${what} is refused with its path`, () => {
    const error = refusal(parameter);
    assert.is(error.code, code);
    assert.is(error.path, 'w');
  });
}

test('a parameter of exactly 2^32 bytes is accepted, one more row is not', () => {
  assert.is(readParameters(layer('', [spec('w', [2 ** 30])])).size, 1);
  assert.is(refusal(spec('w', [2 ** 30 + 1])).code, 'too-large');
});

test('an extent of 0 makes any other harmless', () => {
  assert.is(readParameters(layer('', [spec('w', [0, 2 ** 40])])).size, 1);
});

test('a dtype that weights cannot be made in is refused', () => {
  assert.throws(() => readParameters(layer('', [spec('w', [1])]), 'int8' as 'float32'), /float32, float16 or bfloat16/);
});

test('the wished dtype reaches float parameters and leaves integers', () => {
  const tree = layer('', [spec('w', [1]), spec('steps', [], { dtype: 'int64' })]);
  const table = readParameters(tree, 'float16');
  assert.is(table.get('w')?.dtype, 'float16');
  assert.is(table.get('steps')?.dtype, 'int64');
});

test('two storages under one path are refused; one storage in two modules is tied', () => {
  const twice = layer('', [], { children: [layer('a', [spec('a.w', [2])]), layer('a', [spec('a.w', [2])])] });
  assert.throws(() => readParameters(twice), /two parameters have the path 'a\.w'/);
  const shared = spec('a.w', [2], { aliases: ['b.w'] });
  const tied = layer('', [], { children: [layer('a', [shared]), layer('b', [{ ...shared }])] });
  assert.is(readParameters(tied).size, 1);
});

test('names below a module are relative to it; a tied parameter goes by each of its names', () => {
  const shared = spec('m.a.w', [2], { aliases: ['m.b.w'] });
  const module = layer('m', [spec('m.scale', [1])], { children: [layer('m.a', [shared]), layer('m.b', [shared])] });
  const table = readParameters(layer('', [], { children: [module] }));
  assert.equal(
    namedParameters(module, table).map((one) => one.name),
    ['scale', 'a.w', 'b.w'],
  );
  const [, , b] = [module, ...module.children];
  assert.ok(b);
  assert.equal(
    namedParameters(b, table).map((one) => [one.name, one.parameter.path]),
    [['w', 'm.a.w']],
  );
});

test('checkpoints know what is in a wrapper without the wrapper’s segment', () => {
  const inner = layer('dp.module', [spec('dp.module.w', [2])]);
  const tree = layer('', [], { children: [layer('dp', [], { wrapper: true, children: [inner] })] });
  assert.equal(
    namedParameters(tree, readParameters(tree)).map((one) => one.name),
    ['dp.w'],
  );
});

test('a tied parameter is set once for each holder and carried out once', () => {
  const shared = spec('a.weight', [2], { aliases: ['b.weight'] });
  const tree = layer('', [], { children: [layer('a', [shared]), layer('b', [shared])] });
  const plan = planModel({ tree, source: { rules: buildRules({ type: 'Constant', layer: 'Layer', val: 1 }) } });
  assert.is(plan.steps.length, 1);
  assert.is(plan.steps[0]?.provenance.superseded.length, 1);
});

test('a parameter without elements is nothing to do, with a warning, whatever the law', () => {
  const tree = layer('', [spec('weight', [0, 3], { axes: ['out', 'in'] }), spec('bias', [0])]);
  const plan = planModel({ tree, source: { rules: buildRules({ type: 'Kaiming', layer: 'Layer' }) } });
  assert.is(plan.steps.length, 0);
  assert.equal(
    plan.warnings.map((one) => [one.code, one.path]),
    [
      ['zero-element', 'weight'],
      ['zero-element', 'bias'],
    ],
  );
});

test.run();
