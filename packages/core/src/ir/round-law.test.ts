import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PlanError } from '../errors.js';
import { nextUp } from '../exact/float-rounding.js';
import type { DType } from './dtype.js';
import type { ElementLaw, Law } from './law.js';
import { roundLaw } from './round-law.js';

const test = suite('round-law');
const LEAST = 2 ** -149;

function codeOf(law: Law, dtype: DType): string {
  try {
    roundLaw(law, dtype, 'fc.weight');
  } catch (error) {
    assert.instance(error, PlanError);
    assert.is((error as PlanError).path, 'fc.weight');
    return (error as PlanError).code;
  }
  return 'accepted';
}

const ROUNDED: readonly (readonly [string, ElementLaw, DType, ElementLaw])[] = [
  ['a constant', { kind: 'constant', value: 0.1 }, 'float16', { kind: 'constant', value: 0.0999755859375 }],
  ['minus zero', { kind: 'constant', value: -0 }, 'float32', { kind: 'constant', value: 0 }],
  ['an integer constant', { kind: 'constant', value: -7 }, 'int8', { kind: 'constant', value: -7 }],
  [
    'mean and std',
    { kind: 'normal', mean: -0.1, std: 0.01 },
    'float32',
    { kind: 'normal', mean: Math.fround(-0.1), std: Math.fround(0.01) },
  ],
  ['std 0', { kind: 'normal', mean: 0.1, std: 0 }, 'bfloat16', { kind: 'constant', value: 0.10009765625 }],
  [
    'a half-open interval',
    { kind: 'uniform', low: -0.05, high: 0.05 },
    'float32',
    { kind: 'uniform', low: nextUp(Math.fround(-0.05), 'float32'), high: Math.fround(0.05) },
  ],
  ['one point', { kind: 'uniform', low: 0.5, high: 0.5 }, 'float32', { kind: 'constant', value: 0.5 }],
  [
    'an interval with one value of the dtype',
    { kind: 'uniform', low: 1, high: 1.005 },
    'bfloat16',
    { kind: 'constant', value: 1 },
  ],
  [
    'closed bounds',
    { kind: 'truncated-normal', mean: 0, std: 1, low: -0.1, high: 0.1 },
    'float32',
    { kind: 'truncated-normal', mean: 0, std: 1, low: -0.09999999403953552, high: 0.09999999403953552 },
  ],
  [
    'std 0 inside the bounds',
    { kind: 'truncated-normal', mean: 0.3, std: 0, low: 0, high: 1 },
    'float32',
    { kind: 'constant', value: Math.fround(0.3) },
  ],
  [
    'float64, drawn as float32',
    { kind: 'normal', mean: 0, std: 0.01 },
    'float64',
    { kind: 'normal', mean: 0, std: Math.fround(0.01) },
  ],
];
for (const [what, law, dtype, expected] of ROUNDED) {
  test(`${what} (${law.kind}, ${dtype}) is rounded as defined, and rounding again changes nothing`, () => {
    const rounded = roundLaw(law, dtype);
    assert.equal(rounded, expected);
    assert.equal(roundLaw(rounded, dtype), rounded);
    assert.not(Object.values(rounded).some((value) => Object.is(value, -0)));
  });
}

type Refusal = readonly [string, Law, DType, string];
const REFUSED: readonly Refusal[] = [
  ['NaN', { kind: 'constant', value: Number.NaN }, 'float32', 'not-finite'],
  ['an infinite bound', { kind: 'uniform', low: 0, high: Infinity }, 'float32', 'not-finite'],
  ['a NaN gain', { kind: 'orthogonal', gain: Number.NaN, rows: 2, columns: 2 }, 'float32', 'not-finite'],
  ['an overflowing constant', { kind: 'constant', value: 65520 }, 'float16', 'out-of-range'],
  ['a vanishing constant', { kind: 'constant', value: LEAST / 4 }, 'float32', 'out-of-range'],
  ['a vanishing std', { kind: 'normal', mean: 0, std: LEAST / 4 }, 'float32', 'out-of-range'],
  ['an overflowing std', { kind: 'normal', mean: 0, std: 1e38 }, 'float32', 'out-of-range'],
  ['a std that overflows in six sigma', { kind: 'normal', mean: 0, std: 20000 }, 'float16', 'out-of-range'],
  ['a negative std', { kind: 'normal', mean: 0, std: -1 }, 'float32', 'bad-law'],
  ['exchanged bounds', { kind: 'uniform', low: 1, high: 0 }, 'float32', 'bad-law'],
  ['equal cut-offs', { kind: 'truncated-normal', mean: 0, std: 1, low: 1, high: 1 }, 'float32', 'bad-law'],
  ['no value inside', { kind: 'uniform', low: 1.001, high: 1.002 }, 'bfloat16', 'bad-law'],
  ['a far interval', { kind: 'truncated-normal', mean: 0, std: 1, low: 6.31, high: 9 }, 'float32', 'bad-law'],
  ['a far negative interval', { kind: 'truncated-normal', mean: 5, std: 1, low: -9, high: -2 }, 'float32', 'bad-law'],
  ['std 0 outside', { kind: 'truncated-normal', mean: 2, std: 0, low: 0, high: 1 }, 'float32', 'bad-law'],
  ['a random integer', { kind: 'normal', mean: 0, std: 1 }, 'int32', 'bad-law'],
  ['a fraction as an integer', { kind: 'constant', value: 0.5 }, 'int32', 'out-of-range'],
  ['an integer that float32 would round', { kind: 'constant', value: 2 ** 24 + 1 }, 'int64', 'out-of-range'],
  ['an integer out of range', { kind: 'constant', value: 256 }, 'uint8', 'out-of-range'],
];
for (const [what, law, dtype, code] of REFUSED) {
  test(`${what} is refused for ${dtype} as ${code}, with the parameter's path`, () => {
    assert.is(codeOf(law, dtype), code);
  });
}

// The nearest success to a refusal above.
const ACCEPTED: readonly (readonly [Law, DType])[] = [
  [{ kind: 'constant', value: 65519 }, 'float16'],
  [{ kind: 'constant', value: LEAST }, 'float32'],
  [{ kind: 'normal', mean: 0, std: LEAST }, 'float32'],
  [{ kind: 'normal', mean: 0, std: 5e37 }, 'float32'],
  [{ kind: 'normal', mean: 0, std: 10000 }, 'float16'],
  [{ kind: 'truncated-normal', mean: 0, std: 20000, low: -1000, high: 1000 }, 'float16'],
  [{ kind: 'truncated-normal', mean: 0, std: 1, low: 6.29, high: 9 }, 'float32'],
  [{ kind: 'constant', value: 255 }, 'uint8'],
  [{ kind: 'constant', value: 1 }, 'bool'],
  [{ kind: 'constant', value: 2 ** 24 + 2 }, 'int64'],
];
for (const [law, dtype] of ACCEPTED) {
  test(`${JSON.stringify(law)} is accepted for ${dtype}`, () => assert.is(codeOf(law, dtype), 'accepted'));
}

test('segments are rounded one by one, and structured laws stay as they are', () => {
  const part: ElementLaw = { kind: 'constant', value: 0.1 };
  const rounded = roundLaw({ kind: 'segments', segments: [{ length: 2, law: part }] }, 'float32');
  assert.equal(rounded, { kind: 'segments', segments: [{ length: 2, law: { ...part, value: Math.fround(0.1) } }] });
  const identity: Law = { kind: 'identity', gain: 1, rows: 2, columns: 3 };
  assert.is(roundLaw(identity, 'float32'), identity);
});

test('the error of a far interval names the limit and the interval that would do', () => {
  const law: ElementLaw = { kind: 'truncated-normal', mean: 1, std: 2, low: 20, high: 30 };
  assert.throws(() => roundLaw(law, 'float32'), /6\.3 standard deviations[\s\S]*\[-11\.6, 13\.6\]/);
});

test.run();
