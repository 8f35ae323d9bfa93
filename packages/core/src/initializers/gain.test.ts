import { ConfigError } from '@incipit/registry';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { calculateGain, NONLINEARITIES } from './gain.js';

/** torch.nn.init.calculate_gain(name, param) */
const GAINS: readonly (readonly [string, number | null | undefined, number])[] = [
  ['linear', undefined, 1],
  ['conv_transpose3d', 0.3, 1],
  ['sigmoid', undefined, 1],
  ['tanh', undefined, 1.6666666666666667],
  ['relu', 0.3, Math.SQRT2],
  ['selu', undefined, 0.75],
  ['leaky_relu', undefined, 1.4141428569978354],
  ['leaky_relu', null, 1.4141428569978354],
  ['leaky_relu', 0.2, 1.3867504905630728],
  ['leaky_relu', -1, 1],
  ['leaky_relu', 100, 0.014141428569978354],
];

for (const [name, param, gain] of GAINS) {
  test(`the gain of ${name} with slope ${param} is ${gain}`, () => {
    assert.is(calculateGain(name, param), gain);
  });
}

test('every listed nonlinearity has a gain', () => {
  for (const name of NONLINEARITIES) assert.ok(calculateGain(name, 0) > 0, name);
});

test('an unknown nonlinearity is refused with the known ones', () => {
  assert.throws(
    () => calculateGain('gelu'),
    (error: unknown) =>
      error instanceof ConfigError && error.code === 'unknown-nonlinearity' && /relu/.test(error.message),
  );
});

for (const slope of [true, '0.1', Number.NaN]) {
  test(`the slope ${JSON.stringify(slope)} is not a valid number`, () => {
    assert.throws(() => calculateGain('leaky_relu', slope as number), /not a valid number/);
  });
}

test.run();
