import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { parseConfigOptions } from './config-options.js';
import { type ConfigValue, isTuple, tuple } from './value.js';

const test = suite('config-options');

/** Text of an option's value, and what it means. */
const VALUES: readonly (readonly [string, ConfigValue])[] = [
  ['1', 1],
  ['-007', -7],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['1e400', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['12345678901234567890', 12345678901234567890n],
  ['tRuE', true],
  ['None', null],
  ['null', 'null'],
  ['0x10', '0x10'],
  ['1_000', '1_000'],
  ['', ''],
  ['"q"', 'q'],
  ['"1"', 1],
  ['b=c', 'b=c'],
  ['a b', 'a b'],
  ['1,2', [1, 2]],
  ['1,', [1]],
  [',1', ['', 1]],
  ['[]', []],
  ['[ ]', []],
  ['()', tuple([])],
  ['(1,)', tuple([1])],
  ['[(1,2),[3,"x"]]', [tuple([1, 2]), [3, 'x']]],
  ['(a,b),c', [tuple(['a', 'b']), 'c']],
  ['(1,2),(3,4)', [tuple([1, 2]), tuple([3, 4])]],
  ['[{b:1},2]', ['{b:1}', 2]],
  ['[a', '[a'],
];

function tuplesIn(value: ConfigValue): unknown {
  return Array.isArray(value) ? [isTuple(value), value.map(tuplesIn)] : value;
}

for (const [text, value] of VALUES) {
  test(`a=${text} is read`, () => {
    const { a } = parseConfigOptions([`a=${text}`]);
    assert.equal(a, value);
    assert.equal(tuplesIn(a ?? null), tuplesIn(value));
  });
}

test('of an option given twice the last counts, and keys stay dotted', () => {
  assert.equal(parseConfigOptions(['a.b=1', 'a=2', 'a.b=3']), { 'a.b': 3, a: 2 });
});

const REFUSED: readonly (readonly [string, string])[] = [
  ['a', 'bad-cfg-option'],
  ['a=[1,2', 'unbalanced-brackets'],
  ['a=(1,(2,3)', 'unbalanced-brackets'],
  ['a=[1,2](3)', 'bad-cfg-option'],
  ['a=x(1,2)', 'bad-cfg-option'],
  ['a.__proto__.b=1', 'forbidden-key'],
  [`a=${'['.repeat(1000)}${']'.repeat(1000)}`, 'bad-cfg-option'],
  [`a=${'x'.repeat(10_000_000)}`, 'bad-cfg-option'],
];

for (const [option, code] of REFUSED) {
  test(`${option.slice(0, 20)} is refused as ${code}`, () => {
    try {
      parseConfigOptions([option]);
    } catch (error) {
      assert.instance(error, ConfigError);
      assert.is((error as ConfigError).code, code);
      assert.ok((error as ConfigError).message.length < 400);
      return;
    }
    assert.unreachable();
  });
}

test.run();
