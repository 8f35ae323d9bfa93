import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { frozenJson, sharedJson } from './json.js';

class Point {
  readonly x = 1;
  readonly hidden = (): number => this.x;
}

const VALUES: readonly (readonly [string, unknown])[] = [
  ['numbers', [0, -0, 1.5, -1e300, Number.NaN, Infinity]],
  ['nested data', { a: [{ b: { c: [null, true, 'x'] } }, []], d: {} }],
  ['what is undefined', { a: undefined, b: [undefined, 1] }],
  ['functions and symbols', { a: () => 1, b: [() => 1, Symbol.iterator], c: Symbol.iterator }],
  ['a date', { at: new Date(0) }],
  ['an instance of a class', { point: new Point(), map: new Map([[1, 2]]) }],
  ['what says how it is written', { a: { toJSON: () => ({ b: -0 }) } }],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
  ['a key named __proto__', JSON.parse('{"__proto__":{"a":1}}')],
  ['typed arrays', new Uint8Array([1, 2])],
  ['keys like indices', { 2: 'b', 1: 'a' }],
];

for (const [what, value] of VALUES) {
  test(`${what}: as JSON would have it, in the same order`, () => {
    assert.is(JSON.stringify(frozenJson(value)), JSON.stringify(value));
    assert.equal(frozenJson(value), JSON.parse(JSON.stringify(value)));
  });
}

test('negative zero is zero', () => {
  assert.ok(Object.is(frozenJson({ a: -0 }).a, 0));
});

test('all of it is frozen, and a copy', () => {
  const value = { x: { a: [1] }, y: [{ b: 1 }], z: new Point() };
  const copy = frozenJson(value);
  for (const part of [copy, copy.x, copy.x.a, copy.y, copy.y[0], copy.z]) assert.ok(Object.isFrozen(part));
  for (const part of [value, value.x, value.x.a, value.y[0]]) assert.not.ok(Object.isFrozen(part));
});

test('what is shared is copied once', () => {
  const own = { a: [1] };
  const shared = sharedJson(own);
  assert.equal(shared, own);
  assert.ok(Object.isFrozen(shared.a));
  assert.not.ok(Object.isFrozen(own));
  assert.is(sharedJson(shared), shared);
  assert.is(frozenJson([{ shared }])[0]?.shared, shared);
});

test('what JSON refuses is refused', () => {
  assert.throws(() => frozenJson({ a: 1n }), TypeError);
});

test.run();
