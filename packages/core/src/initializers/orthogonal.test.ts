import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Axis,
  deltaOrthogonalInit,
  type FanMode,
  type IncipitError,
  initialize,
  Module,
  orthogonalInit,
  Parameter,
  type ParameterOptions,
  plan,
} from '../index.js';

class Layer extends Module {
  static override readonly className = 'Layer';
  readonly weight: Parameter;
  readonly bias = new Parameter([3]);

  constructor(shape: readonly number[], options: ParameterOptions = {}) {
    super();
    this.weight = new Parameter(shape, options);
  }
}

/** Index in a row-major tensor → one number for each axis. */
function positionOf(index: number, shape: readonly number[]): readonly number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((extent) => {
      const at = rest % extent;
      rest = Math.floor(rest / extent);
      return at;
    })
    .toReversed();
}

/** The elements as rows by the positions on some axes: outputs × the rest. */
function rowsOf(weight: Parameter, axes: readonly number[]): readonly (readonly number[])[] {
  const rows = new Map<string, number[]>();
  for (const [index, value] of weight.values().entries()) {
    const position = positionOf(index, weight.shape);
    const name = axes.map((axis) => position[axis]).join();
    rows.set(name, [...(rows.get(name) ?? []), value]);
  }
  return [...rows.values()];
}

/** The largest entry of |V Vᵀ - gain²|, V being the vectors that are fewer. */
function deviation(rows: readonly (readonly number[])[], gain: number): number {
  const width = rows[0]?.length ?? 0;
  const vectors = rows.length <= width ? rows : rows[0]?.map((_, j) => rows.map((row) => row[j] ?? 0));
  let worst = 0;
  for (const [a, x] of (vectors ?? []).entries()) {
    for (const [b, y] of (vectors ?? []).entries()) {
      const dot = x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
      worst = Math.max(worst, Math.abs(dot - (a === b ? gain * gain : 0)));
    }
  }
  return worst;
}

/** Shape, axes, and those that the outputs run over. */
const MATRICES: readonly (readonly [string, readonly number[], readonly Axis[] | undefined, readonly number[]])[] = [
  ['a tall dense kernel without axes', [70, 30], undefined, [0]],
  ['a wide dense kernel', [30, 70], ['in', 'out'], [1]],
  ['a square one', [64, 64], ['out', 'in'], [0]],
  ['a table of embeddings', [50, 8], ['vocabulary', 'embedding'], [0]],
  ['a kernel of torch', [40, 5, 3, 3], ['out', 'in', 'spatial', 'spatial'], [0]],
  ['one with more outputs than inputs', [80, 5, 3, 3], ['out', 'in', 'spatial', 'spatial'], [0]],
  ['a kernel of tfjs', [3, 3, 5, 40], ['spatial', 'spatial', 'in', 'out'], [3]],
  ['a transposed kernel of tfjs', [3, 3, 40, 5], ['spatial', 'spatial', 'out', 'in'], [2]],
  ['a depthwise kernel of tfjs', [3, 3, 20, 2], ['spatial', 'spatial', 'channel', 'multiplier'], [2, 3]],
  ['a depthwise kernel with its axes apart', [20, 3, 3, 2], ['channel', 'spatial', 'spatial', 'multiplier'], [0, 3]],
  ['a kernel of attention', [24, 4, 6], ['in', 'out', 'out'], [1, 2]],
];
for (const [what, shape, axes, outputs] of MATRICES) {
  for (const gain of [1, -1.5]) {
    test(`${what} is orthogonal as outputs × the rest, times ${gain}`, async () => {
      const layer = new Layer(shape, axes === undefined ? {} : { axes });
      await initialize(layer, { type: 'Orthogonal', layer: 'Layer', gain, bias: 2 }, { seed: 3 });
      const rows = rowsOf(layer.weight, outputs);
      const n = Math.max(rows.length, rows[0]?.length ?? 0);
      const off = deviation(rows, gain);
      assert.ok(off <= 2e-6 * Math.sqrt(n) * gain * gain, `${off}`);
      assert.equal(layer.bias.values(), [2, 2, 2]);
    });
  }
}

test('the first axis is the outputs where fans are those of torch', async () => {
  const layer = new Layer([6, 2, 3, 2]);
  await initialize(layer, { type: 'Orthogonal', layer: 'Layer' }, { fans: 'torch' });
  assert.ok(deviation(rowsOf(layer.weight, [0]), 1) < 5e-6);
});

test('R has a positive diagonal: the first row or column points where the Gaussian one does', async () => {
  for (const shape of [
    [5, 3],
    [3, 5],
  ]) {
    const [layer, gaussian] = [new Layer(shape), new Layer(shape)];
    await initialize(layer, { type: 'Orthogonal', layer: 'Layer' }, { seed: 11 });
    await initialize(gaussian, { type: 'Normal', layer: 'Layer' }, { seed: 11 });
    const first = (weight: Parameter): readonly number[] => {
      const rows = rowsOf(weight, [0]);
      return shape[0] === 3 ? (rows[0] ?? []) : rows.map((row) => row[0] ?? 0);
    };
    const source = first(gaussian.weight);
    const norm = Math.hypot(...source);
    for (const [i, value] of first(layer.weight).entries()) {
      assert.ok(Math.abs(value - (source[i] ?? 0) / norm) < 1e-6, `${value}`);
    }
  }
});

/** Shape, axes, and the middle of each that is spatial. */
const KERNELS: readonly (readonly [readonly number[], readonly Axis[], Readonly<Record<number, number>>])[] = [
  [[3, 4, 6], ['spatial', 'in', 'out'], { 0: 1 }],
  [[6, 4, 5], ['out', 'in', 'spatial'], { 2: 2 }],
  [[3, 5, 4, 4], ['spatial', 'spatial', 'in', 'out'], { 0: 1, 1: 2 }],
  [[4, 2, 6, 3], ['spatial', 'spatial', 'out', 'in'], { 0: 1, 1: 0 }],
  [[6, 3, 1, 3], ['out', 'in', 'spatial', 'spatial'], { 2: 0, 3: 1 }],
  [[3, 3, 3, 2, 7], ['spatial', 'spatial', 'spatial', 'in', 'out'], { 0: 1, 1: 1, 2: 1 }],
];
for (const [shape, axes, middle] of KERNELS) {
  test(`a kernel [${shape}] of ${axes.join(' ')} is delta-orthogonal`, async () => {
    const layer = new Layer(shape, { axes });
    await deltaOrthogonalInit(layer, { gain: 2, seed: 5 });
    const centre: number[] = [];
    for (const [index, value] of layer.weight.values().entries()) {
      const position = positionOf(index, shape);
      const inside = Object.entries(middle).every(([axis, at]) => position[Number(axis)] === at);
      if (inside) centre.push(value);
      else assert.is(value, 0);
    }
    const inFirst = axes.indexOf('in') < axes.indexOf('out');
    const width = shape[axes.indexOf(inFirst ? 'out' : 'in')] ?? 0;
    const rows = Array.from({ length: centre.length / width }, (_, i) => centre.slice(i * width, (i + 1) * width));
    assert.ok(deviation(rows, 2) < 2e-5, `${deviation(rows, 2)}`);
  });
}

test('a delta-orthogonal kernel of torch needs no axes where fans are those of torch', async () => {
  const layer = new Layer([4, 2, 3]);
  await deltaOrthogonalInit(layer, { fans: 'torch' });
  const zero = layer.weight.values().map((value) => value === 0);
  assert.equal(
    zero,
    Array.from({ length: 24 }, (_, i) => i % 3 !== 1),
  );
});

test('the function for one module gives what a rule gives', async () => {
  const [one, other] = [new Layer([4, 4]), new Layer([4, 4])];
  await orthogonalInit(one, { gain: 3, seed: 1 });
  await initialize(other, { type: 'Orthogonal', layer: 'Layer', gain: 3 }, { seed: 1 });
  assert.equal(one.weight.bytes, other.weight.bytes);
});

interface Refused {
  readonly type: 'Orthogonal' | 'DeltaOrthogonal';
  readonly shape: readonly number[];
  readonly options?: ParameterOptions;
  readonly fans?: FanMode;
  readonly code: string;
  readonly message: RegExp;
}

const REFUSED: readonly Refused[] = [
  { type: 'Orthogonal', shape: [3], code: 'no-matrix', message: /1 of the 2 dimensions/ },
  { type: 'Orthogonal', shape: [3], fans: 'torch', code: 'no-matrix', message: /1 of the 2 dimensions/ },
  { type: 'Orthogonal', shape: [3, 4, 5], code: 'no-matrix', message: /3 named axes[\s\S]*fans: 'torch'/ },
  {
    type: 'Orthogonal',
    shape: [3, 4],
    options: { axes: ['elementwise', 'elementwise'] },
    code: 'no-matrix',
    message: /mix no units/,
  },
  {
    type: 'Orthogonal',
    shape: [3, 4, 5],
    options: { axes: ['in', 'in', 'spatial'] },
    code: 'no-matrix',
    message: /not outputs and something else/,
  },
  { type: 'Orthogonal', shape: [3, 4], options: { dtype: 'int32' }, code: 'bad-law', message: /int32/ },
  { type: 'DeltaOrthogonal', shape: [3, 4], code: 'no-kernel', message: /2 dimensions, not 3, 4 or 5/ },
  { type: 'DeltaOrthogonal', shape: [1, 1, 1, 1, 1, 1], code: 'no-kernel', message: /6 dimensions/ },
  { type: 'DeltaOrthogonal', shape: [3, 4, 5], code: 'no-kernel', message: /named axes/ },
  {
    type: 'DeltaOrthogonal',
    shape: [3, 3, 4, 1],
    options: { axes: ['spatial', 'spatial', 'channel', 'multiplier'] },
    code: 'no-kernel',
    message: /channel, multiplier/,
  },
  {
    type: 'DeltaOrthogonal',
    shape: [8, 2, 3],
    options: { axes: ['out', 'in', 'spatial'], groups: 4 },
    code: 'no-kernel',
    message: /4 groups/,
  },
  {
    type: 'DeltaOrthogonal',
    shape: [3, 6, 4],
    options: { axes: ['spatial', 'in', 'out'] },
    code: 'too-many-inputs',
    message: /6 inputs and 4 outputs/,
  },
  { type: 'DeltaOrthogonal', shape: [4, 6, 3], fans: 'torch', code: 'too-many-inputs', message: /6 inputs/ },
];
for (const { type, shape, options = {}, fans = 'axes', code, message } of REFUSED) {
  test(`${type} refuses [${shape}] ${JSON.stringify(options)} with fans '${fans}' as ${code}`, () => {
    try {
      plan(new Layer(shape, options), { type, layer: 'Layer' }, { fans });
      assert.unreachable('it was planned');
    } catch (error) {
      assert.is((error as IncipitError).code, code);
      assert.is((error as IncipitError).path, 'weight');
      assert.match((error as IncipitError).message, message);
    }
  });
}

test('a gain that is no number is refused', () => {
  const rule = { type: 'Orthogonal', layer: 'Layer', gain: 'relu' } as const;
  assert.throws(() => plan(new Layer([3, 3]), rule as never), /'gain'/);
});

test.run();
