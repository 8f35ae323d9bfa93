import type { ConfigPath, IncipitError } from '@incipit/registry';
import { formatKey } from '@incipit/registry';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildRules } from './build-rules.js';
import { KaimingInit } from './kaiming.js';

function refusal(cfg: unknown): IncipitError {
  try {
    buildRules(cfg);
  } catch (error) {
    return error as IncipitError;
  }
  return assert.unreachable('rules were built') as never;
}

test('a mapping is one rule, a list as many, each with its layers and its place', () => {
  const [only] = buildRules({ type: 'Normal', layer: 'Linear' });
  assert.equal(only?.layer, ['Linear']);
  assert.is(only?.index, 0);
  const rules = buildRules([
    { type: 'Normal', layer: ['A', 'B'] },
    { type: 'Constant', val: 1 },
  ]);
  assert.equal(
    rules.map((rule) => [rule.index, rule.layer, rule.initializer.type]),
    [
      [0, ['A', 'B'], 'Normal'],
      [1, [], 'Constant'],
    ],
  );
});

test('an override with a name alone takes the options of its rule, without layer', () => {
  const [rule] = buildRules({ type: 'Constant', val: 3, bias: 4, layer: 'Conv2d', override: { name: 'head' } });
  const [override] = rule?.overrides ?? [];
  assert.is(override?.name, 'head');
  assert.equal(override?.initializer.options, { val: 3, bias: 4 });
});

test('overrides of their own type keep their order and know nothing of the rule', () => {
  const [rule] = buildRules({
    type: 'Constant',
    val: 3,
    override: [
      { type: 'Normal', name: 'a', std: 0.5 },
      { type: 'Uniform', name: 'b' },
    ],
  });
  assert.equal(
    rule?.overrides.map(({ name, initializer }) => [name, initializer.type]),
    [
      ['a', 'Normal'],
      ['b', 'Uniform'],
    ],
  );
});

test('the config is not changed by building it', () => {
  const cfg = { type: 'Constant', val: 1, layer: 'Conv2d', override: { name: 'a' } };
  const before = JSON.stringify(cfg);
  buildRules(cfg);
  assert.is(JSON.stringify(cfg), before);
});

test('an instance of an initializer is a rule as it stands', () => {
  const kaiming = new KaimingInit({ layer: 'Conv2d' });
  const [rule] = buildRules([kaiming]);
  assert.is(rule?.initializer, kaiming);
  assert.equal(rule?.layer, ['Conv2d']);
});

test('each rule and override knows where it was written', () => {
  const origin = (path: ConfigPath): { file: string; key: string } => ({ file: 'a.yaml', key: formatKey(path) });
  const rules = buildRules([{ type: 'Constant', val: 1, override: [{ name: 'head' }] }], { origin });
  assert.equal(rules[0]?.origin, { file: 'a.yaml', key: '[0]' });
  assert.equal(rules[0]?.overrides[0]?.origin, { file: 'a.yaml', key: '[0].override[0]' });
  assert.is(buildRules({ type: 'Normal' })[0]?.origin?.key, 'init_cfg');
});

test('an error deep in a config names file and key', () => {
  const origin = (path: ConfigPath): { file: string; key: string } => ({ file: 'a.yaml', key: formatKey(path) });
  const cfg = [{ type: 'Constant', val: 1, override: [{ name: 'head', type: 'Normal', std: -1 }] }];
  assert.throws(() => buildRules(cfg, { origin }), /a\.yaml \(\[0\]\.override\[0\]\.std\)/);
});

const REFUSED: readonly (readonly [unknown, string])[] = [
  [null, 'bad-init-cfg'],
  [3, 'bad-init-cfg'],
  ['Constant', 'bad-init-cfg'],
  [['Constant'], 'bad-rule'],
  [{ layer: 'Linear' }, 'missing-type'],
  [{ type: 5 }, 'bad-type'],
  [{ type: 'Nope' }, 'unknown-type'],
  [{ type: 'Constant', val: 1, override: 'head' }, 'bad-override'],
  [{ type: 'Constant', val: 1, override: ['head'] }, 'bad-override'],
  [{ type: 'Constant', val: 1, override: { type: 'Normal' } }, 'override-without-name'],
  [{ type: 'Constant', val: 1, override: { name: null, type: 'Normal' } }, 'override-without-name'],
  [{ type: 'Constant', val: 1, override: { name: 'a', val: 2 } }, 'override-without-type'],
  [{ type: 'Constant', val: 1, override: { name: 'a', type: 'Nope' } }, 'unknown-type'],
];

for (const [cfg, code] of REFUSED) {
  test(`${JSON.stringify(cfg)} is refused as ${code}`, () => {
    assert.is(refusal(cfg).code, code);
  });
}

test.run();
