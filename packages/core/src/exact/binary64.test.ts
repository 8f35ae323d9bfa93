import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bitLength, fromScaled, leadingExponent, powerOfTwo, scaleByPowerOfTwo, toDyadic } from './binary64.js';

const test = suite('binary64');
const VALUES = [1, -1, 0.1, -3.75, 1e300, 2 ** -1022, 5e-324, -1.5e-310, Number.MAX_VALUE, 2 ** 53 - 1];

test('powers of two are exact over the whole range, subnormals included', () => {
  let value = 1;
  for (let exponent = 0; exponent <= 1023; exponent += 1, value *= 2) assert.is(powerOfTwo(exponent), value);
  value = 1;
  for (let exponent = 0; exponent >= -1074; exponent -= 1, value /= 2) assert.is(powerOfTwo(exponent), value);
});

test('a float64 taken apart and put together is itself', () => {
  for (const value of VALUES) {
    const { mantissa, exponent } = toDyadic(value);
    assert.is(scaleByPowerOfTwo(Number(mantissa), exponent), value);
    assert.is(fromScaled(mantissa, -exponent), value);
  }
});

test('the leading exponent brackets the value', () => {
  for (const value of VALUES) {
    const exponent = leadingExponent(value);
    assert.ok(powerOfTwo(exponent) <= Math.abs(value), `${value}`);
    if (exponent < 1023) assert.ok(powerOfTwo(exponent + 1) > Math.abs(value), `${value}`);
  }
});

test('bit lengths count from the leading one', () => {
  assert.equal([0n, 1n, 2n, 255n, 256n, 1n << 200n].map(bitLength), [0, 1, 2, 8, 9, 201]);
});

test('a scaled integer becomes the nearest float64, ties to even', () => {
  const tie = (1n << 53n) + 1n;
  assert.is(fromScaled(tie, 0), 2 ** 53);
  assert.is(fromScaled(tie + 2n, 0), 2 ** 53 + 4);
  // One part in 2^200 above the tie decides it.
  assert.is(fromScaled((tie << 200n) + 1n, 200), 2 ** 53 + 2);
  assert.is(fromScaled(-((tie << 200n) + 1n), 200), -(2 ** 53 + 2));
  assert.is(fromScaled(0n, 77), 0);
});

test.run();
