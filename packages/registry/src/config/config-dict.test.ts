import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mergeData, updateData } from './config-dict.js';

const test = suite('config-dict');

test('merging goes key by key, and what does not fit is replaced', () => {
  assert.equal(mergeData({ a: { b: { c: 1 } }, z: 1 }, { a: { b: { d: 1 } }, y: null }), {
    a: { b: { c: 1, d: 1 } },
    z: 1,
    y: null,
  });
  assert.equal(mergeData({ a: 1 }, { a: { c: 2 } }), { a: { c: 2 } });
  assert.equal(mergeData({ a: { b: 1 } }, { a: [1] }), { a: [1] });
});

test('_delete_ drops what was there and does not stay, at any depth', () => {
  assert.equal(mergeData({ a: { b: 1 } }, { a: { _delete_: true, c: 2 } }), { a: { c: 2 } });
  assert.equal(mergeData({ a: 1 }, { _delete_: true, c: 2 }), { c: 2 });
  assert.equal(mergeData({}, { a: { b: { _delete_: true, c: 1 } }, l: [{ _delete_: true }] }), {
    a: { b: { c: 1 } },
    l: [{}],
  });
});

test('updating goes into mappings that meet mappings, and _delete_ is a key like any other', () => {
  assert.equal(updateData({ a: { b: 1, c: 2 } }, { a: { b: 9 } }), { a: { b: 9, c: 2 } });
  assert.equal(updateData({ a: 1 }, { a: { b: 1 } }), { a: { b: 1 } });
  assert.equal(updateData({ a: { b: 1 } }, { a: { _delete_: true } }), { a: { b: 1, _delete_: true } });
});

test('neither argument changes', () => {
  const base = { a: { b: [1] } };
  const other = { a: { c: [2] } };
  const merged = mergeData(base, other) as unknown as { a: { b: number[]; c: number[] } };
  merged.a.b.push(3);
  merged.a.c.push(3);
  assert.equal([base, other], [{ a: { b: [1] } }, { a: { c: [2] } }]);
});

test.run();
