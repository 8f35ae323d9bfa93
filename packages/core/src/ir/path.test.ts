import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { joinPath, lastSegment, relativePath, splitPath } from './path.js';

test('segments are joined by dots, the root is empty', () => {
  assert.is(joinPath('', 'encoder'), 'encoder');
  assert.is(joinPath('encoder.0', 'weight'), 'encoder.0.weight');
});

for (const segments of [['a'], ['a.b', 'c'], ['a\\', 'b'], ['a\\.b', '0'], ['conv/1', 'kernel']]) {
  test(`segments ${JSON.stringify(segments)} come back from their path`, () => {
    const path = segments.reduce(joinPath, '');
    assert.equal(splitPath(path), segments);
    assert.is(lastSegment(path), segments.at(-1));
  });
}

test('a path is below its parents and not below what merely begins alike', () => {
  assert.is(relativePath('a.b.c', 'a'), 'b.c');
  assert.is(relativePath('a.b', ''), 'a.b');
  assert.is(relativePath('a', 'a'), '');
  assert.is(relativePath('ab.c', 'a'), undefined);
  assert.is(lastSegment(''), '');
});

test.run();
