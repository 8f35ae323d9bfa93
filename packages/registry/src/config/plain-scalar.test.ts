import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pythonYamlScalar } from './plain-scalar.js';

const test = suite('plain-scalar');

/** Text, and what PyYAML 6.0.3's FullLoader makes of it. */
const AS_PYYAML: readonly (readonly [string, unknown])[] = [
  ['yes', true],
  ['No', false],
  ['ON', true],
  ['y', 'y'],
  ['yEs', 'yEs'],
  ['~', null],
  ['NULL', null],
  ['None', 'None'],
  ['1_000', 1000],
  ['0o17', '0o17'],
  ['017', 15],
  ['08', '08'],
  ['0x1F', 31],
  ['-0x1f', -31],
  ['0b101', 5],
  ['0x', '0x'],
  ['1.', 1],
  ['.5', 0.5],
  ['1.5e+3', 1500],
  ['-.inf', Number.NEGATIVE_INFINITY],
  ['12:30', 750],
  ['12:30:45', 45045],
  ['1:30.5', 90.5],
  ['1:60', '1:60'],
  ['1,000', '1,000'],
  ['_1', '_1'],
  ['12345678901234567890', 12345678901234567890n],
  ['+1', 1],
  ['0.1.2', '0.1.2'],
  ['-', '-'],
];

for (const [text, value] of AS_PYYAML) {
  test(`${text} is read as PyYAML reads it`, () => {
    assert.is(pythonYamlScalar(text), value);
  });
}

test('.nan is not a number', () => {
  assert.ok(Number.isNaN(pythonYamlScalar('.NaN')));
});

test('a number with an exponent and no point is a number, and a date is text', () => {
  assert.is(pythonYamlScalar('1e-5'), 1e-5);
  assert.is(pythonYamlScalar('1e5'), 1e5);
  assert.is(pythonYamlScalar('2020-01-01'), '2020-01-01');
});

test.run();
