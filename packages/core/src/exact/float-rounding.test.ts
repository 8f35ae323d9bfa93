import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  fromBits,
  inwardBounds,
  largestFinite,
  nextDown,
  nextUp,
  roundDown,
  roundTo,
  roundUp,
  type StoredFloat,
  smallestPositive,
  toBits,
} from './float-rounding.js';

const test = suite('float-rounding');
const HALVES = ['float16', 'bfloat16'] as const;
const ALL: readonly StoredFloat[] = ['float32', ...HALVES];
const INFINITY_BITS = { float16: 0x7c00, bfloat16: 0x7f80 };

for (const dtype of HALVES) {
  test(`every finite ${dtype} survives the way to bits and back, and rounds to itself`, () => {
    for (let bits = 0; bits < 0x10000; bits += 1) {
      if ((bits & 0x7fff) >= INFINITY_BITS[dtype]) continue;
      const value = fromBits(bits, dtype);
      assert.is(toBits(value, dtype), bits);
      assert.ok(Object.is(roundTo(value, dtype), value), `${value}`);
    }
  });

  test(`between any two neighbours of ${dtype} the nearer wins, and the even one at the midpoint`, () => {
    for (let bits = 0; bits < INFINITY_BITS[dtype] - 1; bits += 1) {
      const low = fromBits(bits, dtype);
      const high = fromBits(bits + 1, dtype);
      const middle = (low + high) / 2;
      const nudge = (high - low) * 2 ** -30;
      const even = bits % 2 === 0 ? low : high;
      assert.is(roundTo(middle, dtype), even);
      assert.is(roundTo(-middle, dtype), -even);
      assert.is(roundTo(middle - nudge, dtype), low);
      assert.is(roundTo(middle + nudge, dtype), high);
      assert.is(nextUp(low, dtype), high);
      assert.is(nextDown(-low, dtype), -high);
      assert.is(nextDown(high, dtype), low);
      assert.is(roundUp(middle, dtype), high);
      assert.is(roundDown(middle, dtype), low);
    }
  });
}

test('a float64 is rounded once: what float32 would turn into a tie does not become one', () => {
  // Just above the midpoint of 1 and the next float16, by less than a float32 can show.
  assert.is(roundTo(1 + 2 ** -11 + 2 ** -40, 'float16'), 1 + 2 ** -10);
  assert.is(roundTo(1 + 2 ** -11, 'float16'), 1);
});

test('overflow begins half a unit beyond the largest finite number', () => {
  assert.is(roundTo(65519.99, 'float16'), 65504);
  assert.is(roundTo(65520, 'float16'), Infinity);
  assert.is(roundTo(-65520, 'float16'), -Infinity);
  for (const dtype of ALL) {
    assert.is(roundTo(1e39, dtype), Infinity);
    assert.is(roundDown(1e39, dtype), largestFinite(dtype));
    assert.is(roundUp(largestFinite(dtype), dtype), largestFinite(dtype));
    assert.is(nextUp(largestFinite(dtype), dtype), Infinity);
    assert.is(nextUp(-Infinity, dtype), -largestFinite(dtype));
  }
});

test('below half the smallest subnormal there is only zero, with its sign', () => {
  for (const dtype of ALL) {
    const least = smallestPositive(dtype);
    assert.ok(Object.is(roundTo(least / 2, dtype), 0));
    assert.ok(Object.is(roundTo(-least / 2, dtype), -0));
    assert.is(roundTo(least * 0.51, dtype), least);
    assert.is(roundUp(least * 0.01, dtype), least);
    assert.is(nextUp(0, dtype), least);
    assert.is(nextUp(-least, dtype), 0);
  }
});

test('rounding up and down brackets any value by neighbours', () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -6e4, max: 6e4 });
  const property = fc.property(value, fc.constantFrom(...ALL), (x, dtype) => {
    const above = roundUp(x, dtype);
    const below = roundDown(x, dtype);
    assert.ok(below <= x && x <= above);
    assert.ok(below === above || nextUp(below, dtype) === above);
  });
  fc.assert(property, { seed: 20, numRuns: 5000 });
});

test('bounds move inward to values of the dtype, and an empty interval has none', () => {
  assert.equal(inwardBounds(-0.03, 0.03, 'bfloat16'), { low: -0.0299072265625, high: 0.0299072265625 });
  assert.equal(inwardBounds(0, 1, 'bfloat16', true), { low: 0, high: 0.99609375 });
  assert.equal(inwardBounds(0, 1, 'bfloat16'), { low: 0, high: 1 });
  assert.is(inwardBounds(1.001, 1.002, 'bfloat16'), undefined);
  assert.is(inwardBounds(1, 1, 'float32', true), undefined);
  assert.ok(Object.is(inwardBounds(-1e-60, 1, 'float32')?.low, 0));
});

test.run();
