import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import type { ConfigOptions } from './config.js';
import { Config } from './config.js';
import { type ConfigWarning, memoryConfigHost } from './index.js';

const test = suite('base-files');

type Files = Readonly<Record<string, string>>;

async function load(files: Files, options: ConfigOptions = {}, entry = 'c.json'): Promise<Config> {
  return Config.fromFile(entry, { host: memoryConfigHost(files), ...options });
}

async function refusal(files: Files, options: ConfigOptions = {}): Promise<ConfigError> {
  try {
    await load(files, options);
  } catch (error) {
    assert.instance(error, ConfigError);
    return error as ConfigError;
  }
  throw new Error('nothing was thrown');
}

test('bases are merged in, and every leaf keeps its file, key and line', async () => {
  const config = await load({
    'c.json': '{"_base_": ["configs/a.yaml", "./configs/b.json"],\n "m": {"y": 9},\n "l": [3]}',
    'configs/a.yaml': '_base_: ../r.json\nm:\n  x: 1\n  y: 2\n',
    'configs/b.json': '{"l": [1, 2]}',
    'r.json': '{"m": {\n"w": [0, {"v": 1}]}}',
  });
  assert.equal(config.value, { m: { w: [0, { v: 1 }], x: 1, y: 9 }, l: [3] });
  assert.equal(config.origin(['m', 'y']), { file: 'c.json', key: 'm.y', line: 2 });
  assert.equal(config.origin(['m', 'x']), { file: 'configs/a.yaml', key: 'm.x', line: 3 });
  assert.equal(config.origin(['m', 'w', 1, 'v']), { file: 'r.json', key: 'm.w[1].v', line: 2 });
  assert.equal(config.origin(['l', 0]), { file: 'c.json', key: 'l[0]', line: 3 });
});

test('a circle of bases is an error that names it', async () => {
  const error = await refusal({
    'c.json': '{"_base_": "sub/a.json"}',
    'sub/a.json': '{"_base_": "../b.yaml"}',
    'b.yaml': '_base_: ./sub/./a.json\n',
  });
  assert.is(error.code, 'circular-base');
  assert.match(error.message, 'sub/a.json → b.yaml → sub/a.json');
});

test('a key in two bases is an error that names both places, unless both took it from one file', async () => {
  const error = await refusal({
    'c.json': '{"_base_": ["a.json", "b.json"]}',
    'a.json': '{"k": 1}',
    'b.json': '{\n"k": 1}',
  });
  assert.is(error.code, 'duplicate-base-key');
  assert.match(error.message, /'k' in a\.json:1 and b\.json:2/);
  const diamond = {
    'c.json': '{"_base_": ["a.json", "b.json"]}',
    'a.json': '{"_base_": "r.json", "x": 1}',
    'b.json': '{"_base_": "r.json", "y": 1}',
    'r.json': '{"root": {"z": 1}, "n": 1}',
  };
  assert.equal((await load(diamond)).value, { root: { z: 1 }, n: 1, x: 1, y: 1 });
  assert.is((await refusal({ ...diamond, 'b.json': '{"_base_": "r.json", "n": 1}' })).code, 'duplicate-base-key');
});

test('a value of the bases keeps its type and the line where it was written', async () => {
  const config = await load({
    'c.json': '{"_base_": "b.yaml", "d": {{ _base_.m }}, "l": [{{ _base_.m.depth }}], "m": {"depth": 1}}',
    'b.yaml': 'm:\n  depth: 50\n',
  });
  assert.equal(config.value, { m: { depth: 1 }, d: { depth: 50 }, l: [50] });
  assert.equal(config.origin(['d', 'depth']), { file: 'b.yaml', key: 'd.depth', line: 2 });
  assert.equal(config.origin(['m', 'depth']), { file: 'c.json', key: 'm.depth', line: 1 });
});

test('a value that the bases lack is told with the nearest name', async () => {
  const error = await refusal({ 'c.json': '{"_base_": "b.json",\n"x": {{ _base_.modle }}}', 'b.json': '{"model": 1}' });
  assert.is(error.code, 'unknown-base-value');
  assert.match(error.message, /did you mean 'model'[\s\S]*c\.json:2/);
});

test('a value of the bases inside a text is refused with the way out', async () => {
  for (const value of ['"a {{ _base_.x }}"', '"{{ _base_.x }}"']) {
    const error = await refusal({ 'c.json': `{"_base_": "b.json", "y": ${value}}`, 'b.json': '{"x": 1}' });
    assert.is(error.code, 'quoted-base-value');
    assert.match(error.message, 'without quotes');
  }
});

test('a missing base is told with the file that names it', async () => {
  const error = await refusal({ 'c.json': '{\n"_base_": "none.json"}' });
  assert.is(error.code, 'config-not-found');
  assert.match(error.message, /none\.json[\s\S]*c\.json:2 \(_base_\)/);
});

test('what is no path is no base', async () => {
  for (const base of ['3', 'null', '[["b.json"]]', '{"a": 1}']) {
    assert.is((await refusal({ 'c.json': `{"_base_": ${base}}` })).code, 'bad-base', base);
  }
});

test('a base must be a mapping, and an empty one is empty', async () => {
  assert.is((await refusal({ 'c.json': '{"_base_": "b.yaml"}', 'b.yaml': '- 1\n' })).code, 'bad-config');
  assert.equal((await load({ 'c.json': '{"_base_": "b.yaml", "a": 1}', 'b.yaml': '' })).value, { a: 1 });
});

test('a deprecated config is read with a warning, and names that begin with __ are dropped', async () => {
  const warnings: ConfigWarning[] = [];
  const files = {
    'c.json': '{"_base_": "b.json"}',
    'b.json': '{"_deprecation_": {"expected": "d.json"},\n "__x": 1, "y": 1}',
  };
  const config = await load(files, { onWarning: (warning) => warnings.push(warning) });
  assert.equal(config.value, { y: 1 });
  assert.is(warnings.length, 1);
  assert.match(warnings[0]?.message ?? '', /b\.json is deprecated.*d\.json/);
});

test('a base in a package is found by the resolver, and its types get the scope', async () => {
  const files = {
    'c.json': '{"_base_": "mmdet::det/a.json", "n": {"type": "N"}}',
    'lib/a.json': '{"m": {"type": "M", "neck": {"type": "F"}}, "l": [{"type": "T", "_scope_": "own"}]}',
  };
  const config = await load(files, {
    resolvePackage: (file) => {
      assert.equal(file, { package: 'mmdet', path: 'det/a.json', kind: 'config' });
      return 'lib/a.json';
    },
  });
  assert.equal(config.value, {
    m: { type: 'M', neck: { type: 'F' }, _scope_: 'mmdet' },
    l: [{ type: 'T', _scope_: 'own' }],
    n: { type: 'N' },
  });
  assert.is((await refusal(files)).code, 'package-not-found');
  assert.is((await refusal({ 'c.json': '{"_base_": "mmdet::/etc/passwd"}' })).code, 'bad-package-path');
});

test('data does not run code: a module is no base of JSON, YAML or Python', async () => {
  const error = await refusal({ 'c.json': '{"_base_": "b.js"}', 'b.js': 'export default {}' });
  assert.is(error.code, 'module-in-data');
});

test('without a loader of modules a module is refused', async () => {
  try {
    await load({ 'c.js': 'export default {}' }, {}, 'c.js');
  } catch (error) {
    assert.is((error as ConfigError).code, 'no-modules');
    return;
  }
  assert.unreachable();
});

test('placeholders can be switched off', async () => {
  const files = { 'c.json': '{"a": "{{ fileBasename }}", "b": "{{$X:y}}"}' };
  assert.equal((await load(files)).value, { a: 'c.json', b: 'y' });
  const off = { usePredefinedVariables: false, useEnvironmentVariables: false };
  assert.equal((await load(files, off)).value, { a: '{{ fileBasename }}', b: '{{$X:y}}' });
});

test('variables of the environment are typed where they stand alone, and are kept for the record', async () => {
  const host = memoryConfigHost(
    { 'c.yaml': 'n: {{$N:1}}\ns: "{{$N:1}}"\nl: {{$L:1}}\nt: a{{$N:1}}b # {{$NONE:}}\n', 'd.json': '{"n": {{$N:1}}}' },
    { N: '80', L: '[1, 2]', UNUSED: '1' },
  );
  const config = await Config.fromFile('c.yaml', { host });
  assert.equal(config.value, { n: 80, s: '80', l: [1, 2], t: 'a80b' });
  assert.equal(config.environment, { N: '80', L: '[1, 2]' });
  assert.equal((await Config.fromFile('d.json', { host })).value, { n: 80 });
});

test('a variable that is not set and has no fallback is an error', async () => {
  const error = await refusal({ 'c.json': '{\n"a": "{{$NONE:}}"}' });
  assert.is(error.code, 'unset-variable');
  assert.match(error.message, /'NONE' is not set[\s\S]*c\.json:2/);
});

test.run();
