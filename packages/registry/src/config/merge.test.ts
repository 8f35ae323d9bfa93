import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import type { LineNode } from './loaded-config.js';
import { type MergeOptions, mergeConfigs } from './merge.js';
import { type ConfigMapping, tuple } from './value.js';

const test = suite('merge');
const NOWHERE: LineNode = { line: 0 };

function merged(child: ConfigMapping, base: ConfigMapping, options: MergeOptions = {}): unknown {
  return mergeConfigs({ value: child, lines: NOWHERE }, { value: base, lines: NOWHERE }, options).value;
}

function refusal(child: ConfigMapping, base: ConfigMapping, options: MergeOptions = {}): ConfigError {
  try {
    merged(child, base, options);
  } catch (error) {
    assert.instance(error, ConfigError);
    return error as ConfigError;
  }
  throw new Error('nothing was thrown');
}

test('mappings are merged key by key, all else is replaced', () => {
  const base = { m: { a: 1, b: { c: 1, d: 2 } }, l: [1, 2], s: 'x' };
  assert.equal(merged({ m: { b: { c: 9 } }, l: [3], n: null }, base), {
    m: { a: 1, b: { c: 9, d: 2 } },
    l: [3],
    s: 'x',
    n: null,
  });
});

test('_delete_ replaces what the base has, and never reaches the result', () => {
  const base = { m: { a: 1, b: { x: 1 } }, n: 7 };
  assert.equal(merged({ m: { _delete_: true, c: 3 }, n: { _delete_: true, c: 3 } }, base), {
    m: { c: 3 },
    n: { c: 3 },
  });
  assert.equal(merged({ q: { _delete_: true, r: { _delete_: true, s: 1 } }, l: [{ _delete_: true }] }, base), {
    ...base,
    q: { r: { s: 1 } },
    l: [{}],
  });
  assert.equal(merged({ m: { _delete_: false, c: 3 } }, base), { m: { a: 1, b: { x: 1 }, c: 3 }, n: 7 });
  assert.equal(merged({ _delete_: true, z: 1 }, base), { z: 1 });
});

test('a mapping that meets something else is refused, and the message names both and the way out', () => {
  for (const other of [1, 'x', null, [1], true]) {
    const error = refusal({ m: { a: 1 } }, { m: other });
    assert.is(error.code, 'bad-merge');
    assert.match(error.message, /'m' is a mapping with a[\s\S]*_delete_/);
  }
});

test('indices replace items of lists, only where that is allowed, and never of tuples', () => {
  const base = { l: [{ a: 1, b: 1 }, 2], t: tuple([{ a: 1 }]) };
  assert.equal(merged({ l: { 0: { a: 9 }, 1: 3 } }, base, { allowListKeys: true }), {
    ...base,
    l: [{ a: 9, b: 1 }, 3],
  });
  assert.equal(merged({ l: { 0: { _delete_: true, z: 1 } } }, base, { allowListKeys: true }), {
    ...base,
    l: [{ z: 1 }, 2],
  });
  assert.is(refusal({ l: { 0: { a: 9 } } }, base).code, 'bad-merge');
  assert.is(refusal({ l: { 2: 1 } }, base, { allowListKeys: true }).code, 'bad-index');
  assert.is(refusal({ l: { x: 1 } }, base, { allowListKeys: true }).code, 'bad-merge');
  assert.is(refusal({ t: { 0: { a: 1 } } }, base, { allowListKeys: true }).code, 'bad-merge');
});

test('every part keeps the line of the file that wrote it', () => {
  const lines = (file: string, parts: Readonly<Record<string, number>>): LineNode => ({
    line: 1,
    file,
    children: new Map(Object.entries(parts).map(([key, line]) => [key, { line, file }])),
  });
  const child = { value: { b: 2, c: 3 }, lines: lines('child', { b: 2, c: 3 }) };
  const base = { value: { a: 1, b: 1 }, lines: lines('base', { a: 7, b: 8 }) };
  const { children } = mergeConfigs(child, base).lines;
  assert.equal(
    [...(children as ReadonlyMap<string, LineNode>)].map(([key, { file, line }]) => `${key} ${file}:${line}`),
    ['a base:7', 'b child:2', 'c child:3'],
  );
});

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, 1, 'x', true),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('mapping'),
  ),
  mapping: fc.dictionary(fc.constantFrom('a', 'b', 'c', '_delete_', 'constructor', 'toString', '0'), tie('value'), {
    maxKeys: 4,
  }),
}));
const mapping = json['mapping'] as fc.Arbitrary<ConfigMapping>;

test('merging changes neither argument, and every simple value of the child wins', () => {
  fc.assert(
    fc.property(mapping, mapping, (child, raw) => {
      // What was merged before holds no _delete_ any more.
      const base = merged(raw, {}) as ConfigMapping;
      const before = JSON.stringify([child, base]);
      let result: unknown;
      try {
        result = merged(child, base);
      } catch (error) {
        assert.instance(error, ConfigError);
      }
      assert.is(JSON.stringify([child, base]), before);
      if (result === undefined) return;
      // As text, because an own key named `constructor` confuses the comparison of objects.
      const text = JSON.stringify(result);
      assert.is(JSON.stringify(merged(result as ConfigMapping, {})), text);
      assert.is(JSON.stringify(merged(child, {})).includes('_delete_'), false);
      for (const [key, value] of Object.entries(child)) {
        if (key !== '_delete_' && (typeof value !== 'object' || value === null)) {
          assert.is((result as ConfigMapping)[key], value);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test.run();
