import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { alignmentDistance, asQuestion, nearestNames } from './did-you-mean.js';

const test = suite('did-you-mean');

const DISTANCES: readonly (readonly [string, string, number])[] = [
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', 'abc', 0],
  ['Kaimign', 'Kaiming', 1],
  ['kitten', 'sitting', 3],
  // Optimal string alignment edits no part twice: the unrestricted distance would be 2.
  ['ca', 'abc', 3],
  ['ab', 'ba', 1],
];

for (const [a, b, distance] of DISTANCES) {
  test(`the distance between '${a}' and '${b}' is ${distance}`, () => {
    assert.is(alignmentDistance(a, b), distance);
  });
}

test('the distance is symmetric, 0 for equal names alone, and at most the longer length', () => {
  const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = alignmentDistance(a, b);
      assert.is(distance, alignmentDistance(b, a));
      assert.is(distance === 0, a === b);
      assert.ok(distance <= Math.max(a.length, b.length));
      assert.ok(distance >= Math.abs(a.length - b.length));
    }),
  );
});

test('the distance agrees with the recurrence written out', () => {
  const word = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b') });
  const slow = (a: string, b: string): number => {
    if (a === '' || b === '') return a.length + b.length;
    const cost = a.at(-1) === b.at(-1) ? 0 : 1;
    const [shortA, shortB] = [a.slice(0, -1), b.slice(0, -1)];
    const swap =
      a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)
        ? slow(a.slice(0, -2), b.slice(0, -2)) + 1
        : Number.POSITIVE_INFINITY;
    return Math.min(slow(shortA, b) + 1, slow(a, shortB) + 1, slow(shortA, shortB) + cost, swap);
  };
  fc.assert(fc.property(word, word, (a, b) => assert.is(alignmentDistance(a, b), slow(a, b))));
});

const NAMES = ['Constant', 'Kaiming', 'Normal', 'TruncNormal', 'Uniform', 'Xavier', 'Caffe2Xavier'];

test('a swap of two letters finds its name', () => {
  assert.equal(nearestNames('Kiaming', NAMES), ['Kaiming']);
});

test('letter case does not count', () => {
  assert.equal(nearestNames('KAIMING', NAMES), ['Kaiming']);
});

test('a name inside the other is near, and nearer ones come first', () => {
  assert.equal(nearestNames('KaimingInit', NAMES), ['Kaiming']);
  assert.equal(nearestNames('Norml', NAMES), ['Normal']);
  assert.equal(nearestNames('Xavir', NAMES), ['Xavier']);
  assert.equal(nearestNames('Xavier', NAMES), ['Xavier', 'Caffe2Xavier']);
});

test('a name unlike all others has no neighbours', () => {
  assert.equal(nearestNames('Orthogonal', NAMES), []);
});

test('names of hostile length are not compared', () => {
  const long = 'a'.repeat(1_000_000);
  assert.equal(nearestNames(long, [long]), []);
  assert.equal(nearestNames('Kaiming', [long]), []);
});

test('the question lists the names, and is empty without any', () => {
  assert.is(asQuestion(['a', 'b']), "; did you mean 'a' or 'b'?");
  assert.is(asQuestion([]), '');
});

test.run();
