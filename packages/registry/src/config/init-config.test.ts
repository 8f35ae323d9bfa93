import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { readRules } from './init-config.js';
import { loadConfig } from './load.js';
import { configOfValue } from './loaded-config.js';

const test = suite('init-config');

test('a list of rules keeps order, keys and lines', async () => {
  const loaded = await loadConfig('- type: Kaiming\n  layer: Conv2d\n- type: Constant\n  val: 1\n', { file: 'a.yaml' });
  const rules = readRules(loaded);
  assert.equal(
    rules.map(({ cfg, index, origin }) => ({ cfg, index, origin })),
    [
      { cfg: { type: 'Kaiming', layer: 'Conv2d' }, index: 0, origin: { file: 'a.yaml', key: '[0]', line: 1 } },
      { cfg: { type: 'Constant', val: 1 }, index: 1, origin: { file: 'a.yaml', key: '[1]', line: 3 } },
    ],
  );
  assert.equal(rules[1]?.originOf(['val']), { file: 'a.yaml', key: '[1].val', line: 4 });
});

test('a mapping holds its rules under init_cfg, beside other keys', async () => {
  const loaded = await loadConfig('model: x\ninit_cfg:\n- {type: A}\n- {type: B, std: 1}\n', { file: 'a.yaml' });
  const rules = readRules(loaded);
  assert.equal(
    rules.map(({ cfg }) => cfg['type']),
    ['A', 'B'],
  );
  assert.equal(rules[1]?.originOf(['std']), { file: 'a.yaml', key: 'init_cfg[1].std', line: 4 });
});

test('init_cfg may be one rule', async () => {
  const [rule, ...others] = readRules(await loadConfig('{"init_cfg":\n{"type": "A",\n"std": 1}}', { file: 'a.json' }));
  assert.equal(rule?.cfg, { type: 'A', std: 1 });
  assert.equal(rule?.originOf(['std']), { file: 'a.json', key: 'init_cfg.std', line: 3 });
  assert.equal(others, []);
});

test('an empty list has no rules', () => {
  assert.equal(readRules(configOfValue([])), []);
  assert.equal(readRules(configOfValue({ init_cfg: [] })), []);
});

test('a config written in TypeScript may hold classes', () => {
  class Mine {}
  assert.is(readRules(configOfValue([{ type: Mine }]))[0]?.cfg['type'], Mine);
});

const REFUSED: readonly (readonly [unknown, string, string])[] = [
  [null, 'no-rules', 'empty'],
  [3, 'no-rules', '3'],
  ['Kaiming', 'no-rules', 'Kaiming'],
  [{}, 'no-rules', "no key 'init_cfg'"],
  [{ type: 'Kaiming' }, 'no-rules', "put the rule under 'init_cfg:'"],
  [{ init_cfg: null }, 'no-rules', 'null'],
  [{ init_cfg: 'Kaiming' }, 'no-rules', 'Kaiming'],
  [[{ type: 'A' }, 'B'], 'bad-rule', 'Rule 1'],
  [{ init_cfg: [null] }, 'bad-rule', 'init_cfg[0]'],
  [[[{ type: 'A' }]], 'bad-rule', 'Rule 0'],
];

for (const [value, code, words] of REFUSED) {
  test(`${JSON.stringify(value)} is refused as ${code}`, () => {
    try {
      readRules(configOfValue(value));
    } catch (error) {
      assert.instance(error, ConfigError);
      const { code: got, message, expected } = error as ConfigError;
      assert.is(got, code);
      assert.ok(message.includes(words), message);
      assert.ok(expected !== undefined);
      return;
    }
    assert.unreachable();
  });
}

test.run();
