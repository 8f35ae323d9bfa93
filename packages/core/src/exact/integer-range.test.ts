import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fitsInteger, type StoredInteger } from './integer-range.js';

const test = suite('integer-range');

const RANGES: readonly (readonly [StoredInteger, number, number])[] = [
  ['int8', -128, 127],
  ['uint8', 0, 255],
  ['int16', -32768, 32767],
  ['uint16', 0, 65535],
  ['int32', -(2 ** 31), 2 ** 31 - 1],
  ['uint32', 0, 2 ** 32 - 1],
  ['bool', 0, 1],
];
for (const [dtype, low, high] of RANGES) {
  test(`${dtype} holds the integers from ${low} to ${high}`, () => {
    assert.ok(fitsInteger(low, dtype) && fitsInteger(high, dtype));
    assert.not(fitsInteger(low - 1, dtype));
    assert.not(fitsInteger(high + 1, dtype));
    assert.not(fitsInteger(0.5, dtype));
    assert.not(fitsInteger(Number.NaN, dtype));
  });
}

test('64-bit integers reach as far as a float64 can tell', () => {
  assert.ok(fitsInteger(-(2 ** 63), 'int64') && fitsInteger(2 ** 63 - 1024, 'int64'));
  assert.not(fitsInteger(2 ** 63, 'int64'));
  assert.ok(fitsInteger(2 ** 64 - 2048, 'uint64'));
  assert.not(fitsInteger(2 ** 64, 'uint64'));
});

test.run();
