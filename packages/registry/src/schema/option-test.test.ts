import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConfigError, checkOptions, describeType, type OptionsSchema } from '../index.js';

const SCHEMA: OptionsSchema = {
  size: { type: 'tuple', items: [{ type: 'integer', minimum: 1 }, { type: 'number' }] },
  weights: { type: 'object', options: { bias: { type: 'boolean' } }, values: { type: 'number', minimum: 0 } },
  mode: { type: 'enum', values: ['fan_in', 'fan_out'], ignoreCase: true },
  id: { type: 'string', maxLength: 4, pattern: '^[a-z]+$' },
  part: { type: 'config', registry: 'model' },
};

class Built {}

for (const [name, value] of [
  ['size', [3, 0.5]],
  ['weights', { bias: true, left: 1, right: 0 }],
  ['mode', 'FAN_In'],
  ['id', 'abcd'],
  ['part', { type: 'Net', depth: 3 }],
  ['part', { type: Built }],
  ['part', new Built()],
] as const) {
  test(`${name} takes ${JSON.stringify(value)}`, () => {
    checkOptions(SCHEMA, { [name]: value }, { type: 'Thing' });
  });
}

for (const [name, value, subject] of [
  ['size', [3], 'size'],
  ['size', [0, 0.5], 'size[0]'],
  ['size', [3, 'x'], 'size[1]'],
  ['weights', { left: -1 }, 'weights.left'],
  ['weights', { bias: 1 }, 'weights.bias'],
  ['mode', 'fan_avg', 'mode'],
  ['id', 'abcde', 'id'],
  ['id', 'AB', 'id'],
  ['part', { depth: 3 }, 'part'],
  ['part', 'Net', 'part'],
  ['part', [], 'part'],
] as const) {
  test(`${name} refuses ${JSON.stringify(value)} and names ${subject}`, () => {
    try {
      checkOptions(SCHEMA, { [name]: value }, { type: 'Thing' });
    } catch (error) {
      assert.equal(
        (error as ConfigError).problems?.map((problem) => problem.subject),
        [subject],
      );
      return;
    }
    assert.unreachable('nothing was thrown');
  });
}

test('types are described in words', () => {
  const words = Object.fromEntries(Object.entries(SCHEMA).map(([name, type]) => [name, describeType(type)]));
  assert.equal(words, {
    size: 'a list of 2 items: an integer at least 1; a number',
    weights: 'a mapping with bias, each value a number at least 0',
    mode: 'one of "fan_in", "fan_out"',
    id: 'a string of at most 4 characters that matches /^[a-z]+$/',
    part: "a config of the registry 'model': a mapping with a key 'type'",
  });
});

test.run();
