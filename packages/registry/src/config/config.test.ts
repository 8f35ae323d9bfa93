import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { Config } from './config.js';
import { parseConfigOptions } from './config-options.js';
import { memoryConfigHost } from './memory-host.js';
import { isTuple, tuple } from './value.js';

const test = suite('config');

function refused(code: string, run: () => unknown): ConfigError {
  try {
    run();
  } catch (error) {
    assert.instance(error, ConfigError);
    assert.is((error as ConfigError).code, code);
    return error as ConfigError;
  }
  throw new Error('nothing was thrown');
}

const DATA = { model: { type: 'R', depth: 50 }, pipe: [{ type: 'A' }, { type: 'B' }], size: tuple([1, 2]) };

test('what is given is copied', () => {
  const data = { a: { b: [1] } };
  const config = new Config(data);
  data.a.b.push(2);
  assert.equal(config.value, { a: { b: [1] } });
});

test('keys that the original keeps for itself are refused at the top level', () => {
  for (const key of ['filename', 'text', 'pretty_text', 'env_variables']) {
    refused('reserved-key', () => new Config({ [key]: 1 }));
    assert.equal(new Config({ a: { [key]: 1 } }).value, { a: { [key]: 1 } });
  }
});

test('what is no mapping is no config', () => {
  for (const value of [[1], 'x', 3, tuple([1])]) refused('bad-config', () => new Config(value as object));
});

test('attributes read what is there, and a key that is not there is an error with the nearest one', async () => {
  const host = memoryConfigHost({ 'c.yaml': 'model:\n  backbone: {depth: 50}\n  l: [1]\n' });
  const config = await Config.fromFile<{ model: { backbone: { depth: number }; l: number[] } }>('c.yaml', { host });
  const { model } = config.attributes;
  assert.is(model.backbone.depth, 50);
  assert.equal(
    model.l.map((one) => one + 1),
    [2],
  );
  const error = refused('missing-key', () => (model as unknown as { bakcbone: unknown }).bakcbone);
  assert.match(error.message, /'model' has no 'bakcbone'; did you mean 'backbone'\?[\s\S]*c\.yaml:1/);
  refused('missing-key', () => (config.attributes as unknown as { constructer: unknown }).constructer);
  assert.is(JSON.stringify(config.attributes), JSON.stringify(config.value));
});

test('attributes can be awaited, printed and compared', async () => {
  const { attributes } = new Config(DATA);
  assert.equal(await attributes, DATA);
  assert.ok(isTuple(attributes.size));
});

test('what is assigned to attributes changes the config', () => {
  const config = new Config<{ a: { b: number; l: unknown[] } }>({ a: { b: 1, l: [1] } });
  config.attributes.a.b = 2;
  config.attributes.a.l.push({ c: 1 });
  assert.equal(config.value, { a: { b: 2, l: [1, { c: 1 }] } });
});

test('parts are found by dotted key or by path, also behind indices from the end', () => {
  const config = new Config(DATA);
  assert.is(config.get('pipe.1.type'), 'B');
  assert.is(config.get(['pipe', -1, 'type']), 'B');
  assert.is(config.get('pipe.2.type', 'none'), 'none');
  assert.is(config.has('model.type'), true);
  assert.is(config.has('model.toString'), false);
  refused('missing-key', () => config.at('model.typ'));
});

test('parts are set and taken out, and say where they come from', () => {
  const config = new Config(DATA);
  config.set('model.neck.type', 'N', { file: 'test', line: 3 });
  assert.equal(config.get('model.neck'), { type: 'N' });
  assert.equal(config.origin(['model', 'neck', 'type']), { file: 'test', key: 'model.neck.type', line: 3 });
  assert.is(config.delete('pipe.0'), true);
  assert.is(config.delete('pipe.7'), false);
  assert.equal(config.get('pipe'), [{ type: 'B' }]);
  refused('bad-path', () => config.set('model.type.x', 1));
  refused('bad-index', () => config.set('pipe.5', 1));
});

test('options of the command line are merged in, and errors and origins say so', async () => {
  const host = memoryConfigHost({ 'c.yaml': 'model:\n  depth: 50\n  l: [{a: 1}]\n' });
  const config = await Config.fromFile('c.yaml', { host });
  config.mergeFromDict(parseConfigOptions(['model.depth=101', 'model.l.0.b=(1,2)', 'new.x=y']), {
    file: '--cfg-options',
  });
  assert.equal(config.value, { model: { depth: 101, l: [{ a: 1, b: tuple([1, 2]) }] }, new: { x: 'y' } });
  assert.equal(config.origin(['model', 'depth']), { file: '--cfg-options', key: 'model.depth' });
  assert.equal(config.origin(['model', 'l', 0, 'a']), { file: 'c.yaml', key: 'model.l[0].a', line: 3 });
  assert.equal(config.origin(['model']), { file: 'c.yaml', key: 'model', line: 1 });
  const error = refused('bad-merge', () => config.mergeFromDict({ 'model.depth.x': 1 }, { file: '--cfg-options' }));
  assert.match(error.message, '--cfg-options');
  refused('bad-merge', () => config.mergeFromDict({ a: 1, 'a.b': 2 }));
  refused('bad-merge', () => config.mergeFromDict({ 'model.l.0.a': 2 }, { allowListKeys: false }));
});

test('another config is merged in as a child', async () => {
  const config = new Config(DATA);
  config.merge({ model: { _delete_: true, type: 'S' } });
  assert.equal(config.value.model, { type: 'S' });
  const child = await Config.fromText('model:\n  depth: 1\n', { file: 'child.yaml', host: memoryConfigHost({}) });
  config.merge(child);
  assert.equal(config.origin(['model', 'depth']), { file: 'child.yaml', key: 'model.depth', line: 2 });
});

test('a copy can be changed alone', () => {
  const config = new Config({ a: { b: 1 }, l: [1] });
  config.copy().set('a.b', 2).set('l.0', 2);
  assert.equal(config.value, { a: { b: 1 }, l: [1] });
  config.copy('shallow').set('a.b', 2).set('l.0', 2);
  assert.equal(config.value, { a: { b: 2 }, l: [1] });
});

test('data written in code may have bases and hold classes', async () => {
  class Net {}
  const host = memoryConfigHost({ 'b.json': '{"model": {"depth": 50}}' });
  const config = await Config.fromValue({ _base_: 'b.json', model: { type: Net } }, { host });
  assert.is(config.get('model.type'), Net);
  assert.is(config.get('model.depth'), 50);
});

test('a text is read in the language that is given, or that its name tells', async () => {
  const host = memoryConfigHost({});
  assert.equal((await Config.fromText('a: on', { format: 'yaml', host })).value, { a: true });
  assert.equal((await Config.fromText('{"a": NaN}', { file: 'x.json', host })).value, { a: Number.NaN });
  assert.equal((await Config.fromText('', { format: 'yaml', host })).value, {});
  try {
    await Config.fromText('export default {}', { file: 'x.js', host });
    assert.unreachable();
  } catch (error) {
    assert.is((error as ConfigError).code, 'unknown-format');
  }
});

test.run();
