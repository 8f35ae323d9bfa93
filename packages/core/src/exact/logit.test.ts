import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { logit } from './logit.js';

const test = suite('logit');

// mpmath 1.3 at 400 bits: float(ln(p / (1 - p)))
const KNOWN: readonly (readonly [number, number])[] = [
  [0.01, -4.59511985013459],
  [0.1, -2.197224577336219],
  [0.5, 0],
  [0.5000000001, 4.000000330961484e-10],
  [0.99, 4.595119850134589],
  [1e-300, -690.7755278982137],
  [5e-324, -744.4400719213812],
  [0.9999999999999999, 36.7368005696771],
];
for (const [probability, expected] of KNOWN) {
  test(`logit(${probability}) is the nearest float64`, () => assert.is(logit(probability), expected));
}

test('outside (0, 1) there is no logit', () => {
  for (const p of [0, 1, -0.5, 2, Number.NaN, Infinity]) assert.ok(Number.isNaN(logit(p)), `${p}`);
});

test.run();
