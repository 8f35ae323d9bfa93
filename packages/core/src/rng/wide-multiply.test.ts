import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { multiplyHigh, multiplyHighSigned } from './wide-multiply.js';

const test = suite('wide-multiply');
const EDGES = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffff0001, 0xffffffff];
const word = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(...EDGES));

test('the high word of an unsigned product is exact', () => {
  const property = fc.property(word, word, (a, b) => {
    assert.is(multiplyHigh(a, b), Number((BigInt(a) * BigInt(b)) >> 32n));
  });
  fc.assert(property, { seed: 1, numRuns: 5000 });
});

test('the high word of a signed product rounds down', () => {
  const property = fc.property(word, word, (a, b) => {
    const unsigned = a >>> 1;
    const signed = b | 0;
    assert.is(multiplyHighSigned(unsigned, signed), Number((BigInt(unsigned) * BigInt(signed)) >> 32n));
  });
  fc.assert(property, { seed: 2, numRuns: 5000 });
});

test.run();
