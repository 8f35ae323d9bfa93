import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { canonicalJson, hashJson } from './plan-hash.js';

/** FNV-1a 64 in BigInt, as its authors define it. */
function reference(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

test('the hash is FNV-1a 64 of the canonical JSON', () => {
  for (const value of [null, '', 'ä\u{1f600}', [1, 2.5, { b: 1, a: [] }], 'x'.repeat(1000)]) {
    assert.is(hashJson(value), reference(canonicalJson(value)));
  }
});

test('the order of keys does not matter, the order of items does', () => {
  assert.is(hashJson({ a: 1, b: { c: 2, d: 3 } }), hashJson({ b: { d: 3, c: 2 }, a: 1 }));
  assert.is.not(hashJson([1, 2]), hashJson([2, 1]));
  assert.is.not(hashJson({ a: 1 }), hashJson({ a: '1' }));
});

test('canonical JSON is JSON', () => {
  const value = { z: [1, 'a"b', null, true], a: { y: -0.5 } };
  assert.equal(JSON.parse(canonicalJson(value)), value);
  assert.is(canonicalJson({ b: 1, a: 2 }), '{"a":2,"b":1}');
});

test.run();
