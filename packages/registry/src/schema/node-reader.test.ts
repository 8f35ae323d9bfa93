import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OptionsSchema } from './entry.js';
import { nodeReaderOf, optionsOf } from './node-reader.js';
import { testOfOptions } from './option-test.js';

const test = suite('node reader');

const SCHEMA: OptionsSchema = {
  a: { type: 'number', required: true },
  b: { type: 'string' },
  // A name that every object inherits.
  ['constructor' as string]: { type: 'boolean' },
};

test('the options are a plain object of their own, without type and scope', () => {
  const node = { type: 'X', a: 1, _scope_: 'cat', b: 'x' };
  for (const read of [optionsOf, nodeReaderOf({ options: SCHEMA })]) {
    const options = read(node);
    assert.equal(options, { a: 1, b: 'x' });
    assert.is(Object.getPrototypeOf(options), Object.prototype);
  }
});

test('a key __proto__ stays a key, and is no option of a schema', () => {
  const node = JSON.parse('{ "type": "X", "a": 1, "__proto__": { "polluted": true } }') as Record<string, unknown>;
  const options = optionsOf(node);
  assert.is(options['polluted'], undefined);
  assert.ok(Object.hasOwn(options, '__proto__'));
  assert.is(nodeReaderOf({ options: SCHEMA })(node), undefined);
});

test('what is read fits the schema, in any order of keys and after any other node', () => {
  const value = fc.oneof(fc.constant(undefined), fc.double(), fc.string(), fc.boolean(), fc.constant(null));
  const key = fc.constantFrom('type', '_scope_', 'a', 'b', 'c', 'constructor', '__proto__', 'toString');
  const node = fc.array(fc.tuple(key, value), { maxLength: 6 }).map((entries) => Object.fromEntries(entries));
  const read = nodeReaderOf({ options: SCHEMA });
  const fits = testOfOptions(SCHEMA);
  fc.assert(
    fc.property(node, (given) => {
      const plain = optionsOf(given);
      const options = read(given);
      // Absent options that are there as undefined take the slower way.
      if (options === undefined) assert.ok(!fits(plain) || Object.values(plain).includes(undefined));
      else assert.equal([fits(plain), options], [true, plain]);
    }),
    { numRuns: 2000 },
  );
});

test.run();
