import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { threefry, type Words } from './threefry.js';

const test = suite('threefry');

const ONES: Words = [0xffffffff, 0xffffffff];
// Digits of pi.
const PI_COUNTER: Words = [0x243f6a88, 0x85a308d3];
const PI_KEY: Words = [0x13198a2e, 0x03707344];

// Known answers of Random123's kat_vectors; JAX's random_test.py has the same ones for 20 rounds.
const KNOWN: readonly (readonly [string, number, Words, Words, Words])[] = [
  ['zeros', 13, [0, 0], [0, 0], [0x9d1c5ec6, 0x8bd50731]],
  ['ones', 13, ONES, ONES, [0xfd36d048, 0x2d17272c]],
  ['pi', 13, PI_COUNTER, PI_KEY, [0xba3e4725, 0xf27d669e]],
  ['zeros', 20, [0, 0], [0, 0], [0x6b200159, 0x99ba4efe]],
  ['ones', 20, ONES, ONES, [0x1cb996fc, 0xbb002be7]],
  ['pi', 20, PI_COUNTER, PI_KEY, [0xc4923a9c, 0x483df7a0]],
];
for (const [name, rounds, counter, key, expected] of KNOWN) {
  test(`${rounds} rounds of ${name} give the known answer`, () => {
    assert.equal(threefry(key, counter, rounds), [...expected]);
  });
}

test('words of either sign are the same words', () => {
  assert.equal(threefry([-1, -1], [-1, -1], 13), threefry(ONES, ONES, 13));
});

test.run();
