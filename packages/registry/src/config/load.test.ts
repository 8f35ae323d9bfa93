import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { type LoadConfigOptions, loadConfig } from './load.js';
import { configOfValue } from './loaded-config.js';

const test = suite('load');

async function refusal(text: string, options: LoadConfigOptions): Promise<ConfigError> {
  try {
    await loadConfig(text, options);
  } catch (error) {
    assert.instance(error, ConfigError);
    return error as ConfigError;
  }
  throw new Error('nothing was thrown');
}

test('the ending of the file tells the format', async () => {
  assert.equal((await loadConfig('{"a": 1}', { file: 'x.JSON' })).value, { a: 1 });
  assert.equal((await loadConfig('a: 1', { file: 'dir.d/x.yaml' })).value, { a: 1 });
  assert.equal((await loadConfig('a: 1', { file: 'x.yml' })).value, { a: 1 });
});

test('a format that is given comes before the ending', async () => {
  assert.equal((await loadConfig('a: 1', { file: 'x.json', format: 'yaml' })).value, { a: 1 });
  assert.equal((await loadConfig('[1]', { format: 'json' })).value, [1]);
});

test('another ending, or no name at all, is refused with the endings there are', async () => {
  for (const options of [{ file: 'x.toml' }, { file: 'yaml.d/x' }, {}]) {
    const error = await refusal('a: 1', options);
    assert.is(error.code, 'unknown-format');
    assert.match(error.message, '.yaml');
  }
});

test('a byte order mark is skipped', async () => {
  for (const file of ['x.json', 'x.yaml']) {
    assert.equal((await loadConfig('\uFEFF{"a": 1}', { file })).value, { a: 1 });
  }
});

test('a text of hostile length is refused before it is read', async () => {
  const text = `"${'x'.repeat(20 * 1024 * 1024)}"`;
  for (const file of ['x.json', 'x.yaml']) assert.match((await refusal(text, { file })).message, 'characters');
});

test('every part of a YAML text knows its file, key and line', async () => {
  const text = [
    '# rules',
    'init_cfg:',
    '  - type: Kaiming',
    '    layer:',
    '      - Conv2d',
    '      - Linear',
    '  - { type: Constant,',
    '      val: 1 }',
    '"a.b": x',
  ].join('\n');
  const { origin } = await loadConfig(text, { file: 'init.yaml' });
  assert.equal(origin(['init_cfg']), { file: 'init.yaml', key: 'init_cfg', line: 2 });
  assert.equal(origin(['init_cfg', 0]), { file: 'init.yaml', key: 'init_cfg[0]', line: 3 });
  assert.equal(origin(['init_cfg', 0, 'layer']), { file: 'init.yaml', key: 'init_cfg[0].layer', line: 4 });
  assert.equal(origin(['init_cfg', 0, 'layer', 1]), { file: 'init.yaml', key: 'init_cfg[0].layer[1]', line: 6 });
  assert.equal(origin(['init_cfg', 1, 'val']), { file: 'init.yaml', key: 'init_cfg[1].val', line: 8 });
  assert.equal(origin(['a.b']), { file: 'init.yaml', key: '["a.b"]', line: 9 });
});

test('every part of a JSON text knows its file, key and line', async () => {
  const text = '{"init_cfg":\n [{"type": "Kaiming",\n  "layer": [\n "Conv2d",\n "Linear"]},\n {"type":\n "Constant"}]}';
  const { origin } = await loadConfig(text, { file: 'init.json' });
  assert.equal(origin(['init_cfg']), { file: 'init.json', key: 'init_cfg', line: 1 });
  assert.equal(origin(['init_cfg', 0]), { file: 'init.json', key: 'init_cfg[0]', line: 2 });
  assert.equal(origin(['init_cfg', 0, 'layer']), { file: 'init.json', key: 'init_cfg[0].layer', line: 3 });
  assert.equal(origin(['init_cfg', 0, 'layer', 1]), { file: 'init.json', key: 'init_cfg[0].layer[1]', line: 5 });
  // The line of a mapping's part is that of its key.
  assert.equal(origin(['init_cfg', 1, 'type']), { file: 'init.json', key: 'init_cfg[1].type', line: 6 });
});

test('a part that is not there has the line of what would hold it', async () => {
  const { origin } = await loadConfig('a:\n  b: 1\n', { file: 'x.yaml' });
  assert.equal(origin(['a', 'c', 'd']), { file: 'x.yaml', key: 'a.c.d', line: 1 });
  assert.equal(origin(['a', 'b', 0]), { file: 'x.yaml', key: 'a.b[0]', line: 2 });
  assert.equal(origin([]), { file: 'x.yaml', key: '', line: 1 });
});

test('keys that every object inherits are data', async () => {
  for (const file of ['x.json', 'x.yaml']) {
    const { value, origin } = await loadConfig('{"constructor": {"prototype": 1},\n "toString": 2}', { file });
    assert.equal(Object.keys(value as object), ['constructor', 'toString']);
    assert.is(origin(['toString']).line, 2);
    assert.is(origin(['valueOf']).line, 1);
  }
});

test('a value that was not read from text has keys for origins', () => {
  const { origin, value } = configOfValue({ a: [1] });
  assert.equal(value, { a: [1] });
  assert.equal(origin(['a', 0]), { key: 'a[0]' });
  assert.equal(configOfValue({}, 'x.ts').origin(['a']), { file: 'x.ts', key: 'a' });
});

test.run();
