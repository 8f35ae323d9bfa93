import type { Law } from '@incipit/core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { splitPath } from './commands/inspect.js';
import { formatCount, formatLaws, formatNumber, formatSeconds, formatShape, formatTable } from './format.js';
import { progressLine } from './progress.js';

const test = suite('what people read');

const COUNTS: readonly (readonly [count: number, text: string])[] = [
  [0, '0'],
  [640, '640'],
  [9999, '9999'],
  [53_120, '53.1 k'],
  [25_636_712, '25.6 M'],
  [7_000_000_000, '7.00 G'],
];
for (const [count, text] of COUNTS) test(`${count} elements read '${text}'`, () => assert.is(formatCount(count), text));

const NUMBERS: readonly (readonly [value: number, text: string])[] = [
  [0, '0'],
  [1, '1'],
  [-4.59512, '-4.595'],
  [0.02, '0.02'],
  [1.5e-7, '1.50e-7'],
  [1e9, '1.00e+9'],
];
for (const [value, text] of NUMBERS)
  test(`the number ${value} reads '${text}'`, () => assert.is(formatNumber(value), text));

test('times below a second read in milliseconds', () => {
  assert.is(formatSeconds(0.0123), '12.3 ms');
  assert.is(formatSeconds(1.5), '1.50 s');
});

test('a shape without axes is a scalar', () => {
  assert.is(formatShape([]), 'scalar');
  assert.is(formatShape([3, 3, 64]), '[3, 3, 64]');
});

const LAWS: readonly (readonly [laws: readonly Law[], text: string])[] = [
  [[{ kind: 'constant', value: 1 }], 'constant 1'],
  [[{ kind: 'uniform', low: -0.5, high: 0.5 }], 'uniform [-0.5, 0.5)'],
  [
    [
      { kind: 'normal', mean: 0, std: 0.25 },
      { kind: 'normal', mean: 0, std: 0.125 },
    ],
    'normal mean 0 std 0.125…0.25',
  ],
  [[{ kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 }], 'truncated normal std 1 in [-2, 2]'],
  [[{ kind: 'orthogonal', gain: 1, rows: 2, columns: 2 }], 'orthogonal gain 1'],
  [[{ kind: 'copy', source: 'a.safetensors', tensor: 'w', dtype: 'float32' }], 'copy'],
];
for (const [laws, text] of LAWS) test(`${laws.length} law(s) read '${text}'`, () => assert.is(formatLaws(laws), text));

test('columns are as wide as their widest cell, numbers to the right, nothing trails', () => {
  const rows = [
    ['name', 'count', 'rest'],
    ['a', '1', ''],
    ['longer', '1000', 'x'],
  ];
  assert.is(
    formatTable(rows, [1]),
    ['name    count  rest', '──────  ─────  ────', 'a           1', 'longer   1000  x'].join('\n'),
  );
});

test('the progress line fills up and never exceeds the width', () => {
  const event = { path: 'conv1.kernel', done: 1, total: 4, elementsDone: 25, elementsTotal: 100 };
  assert.is(progressLine(event, 100), `${'█'.repeat(6)}${'░'.repeat(18)}  25%  25 of 100  conv1.kernel`);
  assert.is(progressLine(event, 40).length, 40);
  assert.match(progressLine({ ...event, done: 4, elementsDone: 0, elementsTotal: 0 }, 100), '100%');
});

test('a path is split at its dots, except at those that belong to a name', () => {
  assert.equal(splitPath('a.b.kernel'), ['a', 'b', 'kernel']);
  assert.equal(splitPath('v1\\.5.block/conv.kernel'), ['v1.5', 'block/conv', 'kernel']);
  assert.equal(splitPath('kernel'), ['kernel']);
});

test.run();
