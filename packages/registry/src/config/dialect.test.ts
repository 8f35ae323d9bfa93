import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { Config } from './config.js';
import { memoryConfigHost } from './memory-host.js';
import type { ConfigWarning } from './read-rules.js';
import { isTuple } from './value.js';

const test = suite('dialect');

async function read(
  text: string,
  format: 'json' | 'yaml',
  environment: Readonly<Record<string, string>> = {},
): Promise<Config> {
  return Config.fromText(text, { format, host: memoryConfigHost({}, environment) });
}

async function refusal(text: string, format: 'json' | 'yaml'): Promise<ConfigError> {
  try {
    await read(text, format);
  } catch (error) {
    assert.instance(error, ConfigError);
    return error as ConfigError;
  }
  throw new Error(`accepted ${text}`);
}

/** YAML, and what PyYAML 6.0.3's FullLoader makes of it. */
const YAML: readonly (readonly [string, unknown])[] = [
  ['yes', true],
  ['"yes"', 'yes'],
  ["'017'", '017'],
  ['017', 15],
  ['12345678901234567890', 12345678901234567890n],
  ['!!int "3"', 3],
  ['!!float 3', 3],
  ['!!bool off', false],
  ['!!null ~', null],
  ['!!str 12', '12'],
  ['[on, {a: off}]', [true, { a: false }]],
  ['|\n  yes\n', 'yes\n'],
];

for (const [text, value] of YAML) {
  test(`in YAML, ${JSON.stringify(text)} is read as PyYAML reads it`, async () => {
    assert.equal((await read(`v: ${text}\n`, 'yaml')).value, { v: value });
  });
}

test('in YAML, a tuple is a tuple', async () => {
  const { v, w } = (await read('v: !!python/tuple [1, [2]]\nw: [1]', 'yaml')).value;
  assert.equal(v, [1, [2]]);
  assert.ok(isTuple(v));
  assert.not(isTuple(w));
});

test('in YAML, no other tag of Python is read, and a value must be what its tag says', async () => {
  for (const value of [
    '!!python/object/apply:os.system [ls]',
    '!!python/name:os.system',
    '!!set {a}',
    '!!int x',
    '!!bool 1',
  ]) {
    assert.is((await refusal(`v: ${value}`, 'yaml')).code, 'parse-error', value);
  }
});

test('in JSON, what Python adds to the standard is read', async () => {
  assert.equal((await read('{"a": [NaN, Infinity, -Infinity, 1e400, 12345678901234567890, -0]}', 'json')).value, {
    a: [Number.NaN, Infinity, -Infinity, Infinity, 12345678901234567890n, 0],
  });
  for (const text of ['{"a": +1}', '{"a": .5}', '{"a": 01}', "{'a': 1}", '{"a": 1,}', '']) {
    assert.is((await refusal(text, 'json')).code, 'parse-error', text);
  }
});

for (const [format, text] of [
  ['json', '{"a": 1,\n"a": 2}'],
  ['yaml', 'a: 1\na: 2\n'],
] as const) {
  test(`in ${format}, of a key given twice the last counts, with a warning`, async () => {
    const warnings: ConfigWarning[] = [];
    const onWarning = (warning: ConfigWarning): unknown => warnings.push(warning);
    const { value } = await Config.fromText(text, { format, onWarning, file: 'c', host: memoryConfigHost({}) });
    assert.equal(value, { a: 2 });
    assert.equal(
      warnings.map(({ code, origin }) => [code, origin]),
      [['duplicate-key', { file: 'c', line: 2 }]],
    );
  });
}

test('in JSON, a variable that stands alone must be a JSON value, and the error says how to write a text', async () => {
  const text = '{"a": {{$X:1}}}';
  assert.equal((await read(text, 'json', { X: '"q"' })).value, { a: 'q' });
  assert.equal((await read(text, 'json', { X: '[1, "q"]' })).value, { a: [1, 'q'] });
  for (const X of ['text', '{"z": 1}', '[{}]', '1, "b": 2']) {
    try {
      await read(text, 'json', { X });
      assert.unreachable();
    } catch (error) {
      assert.is((error as ConfigError).code, 'parse-error', X);
      assert.match((error as ConfigError).message, 'put the placeholder in quotes');
    }
  }
});

test('lines stay right behind placeholders that go over lines', async () => {
  const json = await read('{"a": {{\n$X:1\n}},\n"b": 2}', 'json');
  assert.is(json.origin(['b']).line, 4);
  const yaml = await read('a: {{\n$X:1\n}}\nb: 2\n', 'yaml');
  assert.equal(yaml.value, { a: 1, b: 2 });
  assert.is(yaml.origin(['b']).line, 4);
});

test.run();
