import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { checkOptions } from '../registry/check-options.js';
import { Config } from './config.js';
import { mergeData, updateData } from './config-dict.js';
import { diffConfigs } from './diff.js';
import { configLeaves } from './leaves.js';
import { loadConfig } from './load.js';
import { configOfValue } from './loaded-config.js';
import { memoryConfigHost } from './memory-host.js';

const test = suite('hostile');

type Files = Readonly<Record<string, string>>;

/** The value, or the refusal; any other error fails the test. */
async function outcome(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    assert.instance(error, ConfigError, String(error));
    return error;
  }
}

async function load(files: Files, environment: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const entry = Object.keys(files)[0] ?? '';
  return outcome(() => Config.fromFile(entry, { host: memoryConfigHost(files, environment), onWarning: () => {} }));
}

/** No property may have reached the prototype that all objects share. */
function assertUnpolluted(): void {
  const fresh: Record<string, unknown> = {};
  const inherited: string[] = [];
  for (const key in fresh) inherited.push(key);
  assert.equal(inherited, []);
  assert.is(fresh['polluted'], undefined);
}

const POLLUTED = '{"polluted": 1}';

test('__proto__ is refused in every language and by every way in', async () => {
  const own = JSON.parse(`{"__proto__": ${POLLUTED}}`) as Record<string, unknown>;
  const ways: readonly (() => unknown)[] = [
    () => Config.fromText(`{"a": {"__proto__": ${POLLUTED}}}`, { format: 'json', host: memoryConfigHost({}) }),
    () => Config.fromText(`a: {__proto__: ${POLLUTED}}`, { format: 'yaml', host: memoryConfigHost({}) }),
    () => Config.fromText(`b: &b ${POLLUTED}\n__proto__: *b`, { format: 'yaml', host: memoryConfigHost({}) }),
    () => Config.fromText('{{$KEY:x}}: 1', { format: 'yaml', host: memoryConfigHost({}, { KEY: '__proto__' }) }),
    () => Config.fromText('{"{{$KEY:x}}": 1}', { format: 'json', host: memoryConfigHost({}, { KEY: '__proto__' }) }),
    () => new Config({ a: own }),
    () => new Config({}).mergeFromDict({ '__proto__.polluted': 1 }),
    () => new Config({}).mergeFromDict({ 'a.__proto__.polluted': 1 }),
    () => new Config({}).mergeFromDict({ a: own }),
    () => new Config({}).merge(own),
    () => new Config({}).set('__proto__.polluted', 1),
    () => new Config({}).set(['a', '__proto__', 'polluted'], 1),
    () => mergeData({}, own),
    () => updateData({}, own),
  ];
  for (const [index, way] of ways.entries()) {
    assert.instance(await outcome(way), ConfigError, `way ${index}`);
    assertUnpolluted();
  }
});

test('constructor, prototype and their kin are data like any other', async () => {
  const names = ['constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'then'];
  for (const name of names) {
    const config = (await load({
      'c.json': `{"_base_": "b.json", "${name}": {"prototype": ${POLLUTED}}, "x": {"${name}": {"a": 1}}}`,
      'b.json': '{"x": {"y": 1}}',
    })) as Config;
    assert.equal(
      Object.keys(config.value),
      name.startsWith('__') ? ['x'] : ['x', name].sort((a) => (a === 'x' ? -1 : 1)),
    );
    assert.is(config.get(['x', name, 'a']), 1);
    config.mergeFromDict({ [`x.${name}.b`]: 2 });
    assert.is(config.get(['x', name, 'b']), 2);
    assertUnpolluted();
  }
});

const fragment = fc.constantFrom(
  '"',
  "'",
  '\\',
  '{',
  '}',
  '{{',
  '}}',
  '[',
  ']',
  ',',
  ':',
  '\n',
  '#',
  ' ',
  '&',
  '*',
  '$OTHER:x',
  '_base_.secret',
  '!!python/object',
  '__proto__',
  '_delete_',
  'evil',
  '1',
  '\u0000',
  'é',
);
const value = fc.array(fragment, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));

test('what the environment says stays inside its text, whatever it says', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (text) => {
      for (const [file, written] of [
        ['c.json', '{"_base_": "b.json", "a": "<{{$X:d}}>", "z": 1}'],
        ['c.yaml', '_base_: b.json\na: "<{{$X:d}}>"\nz: 1\n'],
        ['d.yaml', "_base_: b.json\na: '<{{ $X : d }}>'\nz: 1\n"],
      ] as const) {
        const config = (await load(
          { [file]: written, 'b.json': '{"secret": 7}' },
          { X: text, OTHER: 'leak' },
        )) as Config;
        assert.equal(config.value, { secret: 7, a: `<${text}>`, z: 1 });
      }
    }),
    { numRuns: 150 },
  );
});

test('where it stands alone, it brings in one value and no mapping', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (text) => {
      for (const [file, written] of [
        ['c.json', '{"a": {{$X:1}}, "z": 1}'],
        ['c.yaml', 'a: {{$X:1}}\nz: 1\n'],
      ] as const) {
        const config = await load({ [file]: written }, { X: text });
        if (config instanceof ConfigError) continue;
        const data = (config as Config).value;
        assert.equal(Object.keys(data), ['a', 'z']);
        assert.is(data['z'], 1);
        assert.is(
          JSON.stringify(data['a'])
            .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
            .includes('{'),
          false,
        );
      }
    }),
    { numRuns: 150 },
  );
});

test('circles of bases of any length are told, and files are read once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.constantFrom('json', 'yaml'), async (length, ending) => {
      const names = Array.from({ length }, (_, index) => `f${index}.${ending}`);
      const files = Object.fromEntries(
        names.map((name, index) => [name, `{"_base_": "${names[(index + 1) % length]}"}`]),
      );
      const error = await load(files);
      assert.instance(error, ConfigError);
      assert.is((error as ConfigError).code, 'circular-base');
      assert.match((error as ConfigError).message, 'f0');
    }),
    { numRuns: 20 },
  );
});

test('a chain of bases without end is refused', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`${index}.json`, `{"_base_": "${index + 1}.json"}`]),
  );
  assert.is(((await load(files)) as ConfigError).code, 'config-too-large');
});

test('placeholders that name each other do not run in circles', async () => {
  const self = await load({ 'c.json': '{"_base_": "b.json", "x": {{ _base_.y }}}', 'b.json': '{"y": {{ _base_.x }}}' });
  assert.is((self as ConfigError).code, 'unknown-base-value');
  const config = (await load({ 'c.yaml': 'a: "{{$A:x}}"\n' }, { A: '{{$B:y}}', B: '{{$A:x}}' })) as Config;
  assert.equal(config.value, { a: '{{$B:y}}' });
});

test('values of bases that double from file to file are refused before they are copied out', async () => {
  const line = (index: number): string =>
    index === 0
      ? '{"k0": [1, 1, 1, 1]}'
      : `{"_base_": "${index - 1}.json", "k${index}": [{{ _base_.k${index - 1} }}, {{ _base_.k${index - 1} }}]}`;
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${39 - index}.json`, line(39 - index)]));
  assert.is(((await load(files)) as ConfigError).code, 'config-too-large');
});

test('bases that name ten others each, again and again, are read once each', async () => {
  const file = (level: number, index: number): string => {
    const bases = Array.from({ length: 10 }, (_, next) => `"${level + 1}-${next}.json"`);
    return level === 8 ? `{"k${index}": 1}` : `{"_base_": [${bases.join(', ')}]}`;
  };
  const names = Array.from({ length: 90 }, (_, number): [number, number] => [Math.floor(number / 10), number % 10]);
  const files = Object.fromEntries(names.map(([level, index]) => [`${level}-${index}.json`, file(level, index)]));
  const config = (await load(files)) as Config;
  assert.is(Object.keys(config.value).length, 10);
});

test('nesting without end is refused in every language', async () => {
  const depth = 100_000;
  const texts: readonly (readonly [string, 'json' | 'yaml'])[] = [
    ['['.repeat(depth), 'json'],
    ['{"a":'.repeat(depth), 'json'],
    ['['.repeat(depth), 'yaml'],
    ['{a: '.repeat(depth / 2), 'yaml'],
    ['- '.repeat(depth), 'yaml'],
    [Array.from({ length: 2000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), 'yaml'],
  ];
  for (const [text, format] of texts) {
    const refused = await outcome(() => loadConfig(text, { format }));
    assert.match((refused as ConfigError).message, /nests|deep/);
  }
  const deep: unknown[] = [];
  let inner = deep;
  for (let level = 0; level < depth; level++) {
    const next: unknown[] = [];
    inner.push(next);
    inner = next;
  }
  assert.is(((await outcome(() => new Config({ deep }))) as ConfigError).code, 'config-too-large');
  assert.is(
    ((await outcome(() => new Config({}).mergeFromDict({ ['a.'.repeat(depth)]: 1 }))) as ConfigError).code,
    'config-too-large',
  );
});

test('nesting without end is refused by what compares, lists and edits', async () => {
  const depth = 100_000;
  let deep: unknown = 1;
  for (let level = 0; level < depth; level++) deep = { a: deep };
  const cyclic: Record<string, unknown> = {};
  cyclic['a'] = cyclic;
  for (const value of [deep, cyclic]) {
    const made = configOfValue(value);
    for (const act of [() => diffConfigs(made, made), () => configLeaves(made)]) {
      assert.is(((await outcome(act)) as ConfigError).code, 'config-too-large');
    }
  }
  const config = new Config<object>({});
  const path = Array.from({ length: depth }, () => 'a');
  assert.is(((await outcome(() => config.set(path, 1))) as ConfigError).code, 'config-too-large');
  assert.equal(config.value, {});
  assert.is(config.get(path, 'nothing'), 'nothing');
  assert.is(config.delete(path), false);
  assert.is(((await outcome(() => config.at(path))) as ConfigError).code, 'missing-key');
});

test('a key of any length is told in a short message', async () => {
  const long = 'x'.repeat(1_000_000);
  const said = [
    await outcome(() => checkOptions({}, { [long]: 1 }, { type: 'Normal' })),
    await outcome(() => new Config({ [long]: 1 }).merge({ [long]: { a: 1 } })),
    await outcome(() => new Config<object>({ [long]: 1 }).set([long, 'a'], 1)),
    await outcome(() => new Config<object>({}).at([long])),
  ];
  for (const one of said) assert.ok((one as ConfigError).message.length < 1000, String(one).slice(0, 100));
});

test('data that holds itself is refused', async () => {
  const data: Record<string, unknown> = { a: [] };
  (data['a'] as unknown[]).push(data);
  assert.is(((await outcome(() => new Config(data))) as ConfigError).code, 'circular-data');
});

test('texts of a hundred million characters are refused unread', async () => {
  const text = `{"a": "${'x'.repeat(100_000_000)}"}`;
  for (const format of ['json', 'yaml'] as const) {
    const refused = (await outcome(() => loadConfig(text, { format }))) as ConfigError;
    assert.match(refused.message, 'characters');
    assert.ok(refused.message.length < 500);
  }
  assert.is(((await load({ 'c.json': text })) as ConfigError).code, 'config-unreadable');
});

test('a YAML text with millions of marks is refused before its parser takes all memory', async () => {
  for (const text of ['[1],'.repeat(1_000_000), '- 1\n'.repeat(1_000_000), '#\n'.repeat(2_000_000)]) {
    assert.match(((await outcome(() => loadConfig(text, { format: 'yaml' }))) as ConfigError).message, 'marks');
  }
});

test('aliases that grow exponentially are refused', async () => {
  const lines = Array.from({ length: 30 }, (_, level) =>
    level === 0 ? 'a0: &a0 [x, x]' : `a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`,
  );
  const refused = await load({ 'c.yaml': lines.join('\n') });
  assert.match((refused as ConfigError).message, 'values');
});

test('no text makes the readers throw anything but a refusal', async () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    "'",
    '\n',
    ' ',
    '  ',
    '- ',
    'a',
    '1',
    '_base_',
    '{{',
    '}}',
    '$X:',
    '{{$X:1}}',
    '{{ _base_.a }}',
    '&a ',
    '*a',
    '<<: ',
    '!!python/tuple ',
    '? ',
    '| ',
    '#',
    '\\',
    '%',
    '---\n',
    'null',
    '.nan',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
      const text = pieces.join('');
      await load({ 'c.json': text }, { X: '1' });
      await load({ 'c.yaml': text }, { X: '1' });
      assertUnpolluted();
    }),
    { numRuns: 500 },
  );
});

test.run();
