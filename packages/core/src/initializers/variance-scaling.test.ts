import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lawMoments } from '../ir/law-moments.js';
import {
  chooseFan,
  lawOfStd,
  VARIANCE_SCALING_PRESETS,
  type VarianceScaling,
  varianceScalingLaw,
} from './variance-scaling.js';

const FANS = { fanIn: 50, fanOut: 200 };

function near(got: number, expected: number): void {
  assert.ok(Math.abs(got - expected) <= 1e-12 * Math.abs(expected), `${got} is not ${expected}`);
}

for (const spread of ['normal', 'uniform', 'truncated-normal'] as const) {
  test(`the ${spread} law of a standard deviation has it, after any cut`, () => {
    const { mean, std } = lawMoments(lawOfStd(0.3, spread));
    assert.is(Math.abs(mean), 0);
    near(std, 0.3);
  });
}

/** The standard deviations that keras.initializers name: √(scale / fan). */
const STDS: Readonly<Record<string, number>> = {
  glorotNormal: Math.sqrt(1 / 125),
  glorotUniform: Math.sqrt(1 / 125),
  heNormal: Math.sqrt(2 / 50),
  heUniform: Math.sqrt(2 / 50),
  leCunNormal: Math.sqrt(1 / 50),
  leCunUniform: Math.sqrt(1 / 50),
};

for (const [name, scaling] of Object.entries(VARIANCE_SCALING_PRESETS)) {
  test(`${name} leaves the standard deviation that Keras promises`, () => {
    near(lawMoments(varianceScalingLaw(scaling, FANS)).std, STDS[name] ?? Number.NaN);
  });
}

test("a truncated law is cut at two of its uncut standard deviations, as Keras's", () => {
  const law = varianceScalingLaw({ scale: 2, mode: 'fan_in', distribution: 'truncated-normal' }, FANS);
  assert.is(law.kind, 'truncated-normal');
  // keras.initializers.he_normal: stddev = sqrt(2 / 50) / .87962566103423978
  if (law.kind === 'truncated-normal') {
    near(law.std, 0.2 / 0.87962566103423978);
    near(law.high, (2 * 0.2) / 0.87962566103423978);
    assert.is(law.low, -law.high);
  }
});

test('a fan below 1 counts as 1', () => {
  near(
    lawMoments(varianceScalingLaw({ scale: 4, mode: 'fan_in', distribution: 'normal' }, { fanIn: 0.5, fanOut: 1 })).std,
    2,
  );
});

test('the mean of both fans is their sum over two', () => {
  assert.is(chooseFan(FANS, 'fan_avg'), 125);
});

for (const scale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`a scale of ${scale} is refused`, () => {
    assert.throws(
      () => varianceScalingLaw({ scale, mode: 'fan_in', distribution: 'normal' }, FANS),
      /a finite number above 0/,
    );
  });
}

test('an unknown mode or distribution is refused', () => {
  const wrong = (change: object): VarianceScaling =>
    ({ scale: 1, mode: 'fan_in', distribution: 'normal', ...change }) as VarianceScaling;
  assert.throws(() => varianceScalingLaw(wrong({ mode: 'fan_geo' }), FANS), /fan_in, fan_out, fan_avg/);
  assert.throws(() => varianceScalingLaw(wrong({ distribution: 'student' }), FANS), /truncated-normal/);
});

test.run();
