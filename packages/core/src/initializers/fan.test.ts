import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PlanError } from '../errors.js';
import { computeFans, type FanSource } from './fan.js';

const path = 'layer.weight';

/** torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape)) */
const FROM_SHAPE: readonly (readonly [readonly number[], number, number])[] = [
  [[3, 4], 4, 3],
  [[64, 3, 7, 7], 147, 3136],
  [[5, 7, 2], 14, 10],
  [[2, 3, 2, 3, 4], 72, 48],
];

for (const [shape, fanIn, fanOut] of FROM_SHAPE) {
  test(`torch counts shape [${shape}] as fan in ${fanIn} and fan out ${fanOut}`, () => {
    assert.equal(computeFans({ path, shape }, 'torch'), { fanIn, fanOut });
    assert.equal(computeFans({ path, shape }, 'mmengine'), { fanIn, fanOut });
  });
}

interface AxesCase {
  readonly what: string;
  readonly source: Omit<FanSource, 'path'>;
  readonly fans: { readonly fanIn: number; readonly fanOut: number };
}

const FROM_AXES: readonly AxesCase[] = [
  {
    what: 'a dense kernel in tfjs layout',
    source: { shape: [3, 4], axes: ['in', 'out'] },
    fans: { fanIn: 3, fanOut: 4 },
  },
  {
    what: 'a convolution in HWIO layout',
    source: { shape: [3, 3, 64, 128], axes: ['spatial', 'spatial', 'in', 'out'] },
    fans: { fanIn: 576, fanOut: 1152 },
  },
  {
    what: 'a depthwise kernel in HWIM layout: each channel feeds its own outputs',
    source: { shape: [3, 3, 32, 2], axes: ['spatial', 'spatial', 'channel', 'multiplier'] },
    fans: { fanIn: 9, fanOut: 18 },
  },
  {
    // Conv2d(6, 6, 5, groups=6)
    what: "torch's depthwise convolution",
    source: { shape: [6, 1, 5, 5], axes: ['out', 'in', 'spatial', 'spatial'], groups: 6 },
    fans: { fanIn: 25, fanOut: 25 },
  },
  {
    // Conv2d(4, 8, 3, groups=2)
    what: 'a grouped convolution: an input feeds the outputs of its group',
    source: { shape: [8, 2, 3, 3], axes: ['out', 'in', 'spatial', 'spatial'], groups: 2 },
    fans: { fanIn: 18, fanOut: 36 },
  },
  {
    // ConvTranspose2d(4, 6, 3): weight (in, out, k, k)
    what: 'a transposed convolution: by name, not by place',
    source: { shape: [4, 6, 3, 3], axes: ['in', 'out', 'spatial', 'spatial'] },
    fans: { fanIn: 36, fanOut: 54 },
  },
  {
    // ConvTranspose2d(4, 6, 3, groups=2): weight (in, out / groups, k, k)
    what: 'a grouped transposed convolution, whose outputs are divided',
    source: { shape: [4, 3, 3, 3], axes: ['in', 'out', 'spatial', 'spatial'], groups: 2, groupedSide: 'out' },
    fans: { fanIn: 18, fanOut: 27 },
  },
  {
    what: 'a look-up table, as torch counts it',
    source: { shape: [1000, 16], axes: ['vocabulary', 'embedding'] },
    fans: { fanIn: 16, fanOut: 1000 },
  },
  {
    what: 'an LSTM kernel: each gate on its own',
    source: { shape: [10, 80], axes: ['in', 'out'], slices: { axis: 1, names: ['i', 'f', 'c', 'o'] } },
    fans: { fanIn: 10, fanOut: 20 },
  },
];

for (const { what, source, fans } of FROM_AXES) {
  test(`axes give the fans of ${what}`, () => {
    assert.equal(computeFans({ path, ...source }, 'axes'), fans);
  });
}

const NONE: readonly (readonly [string, Omit<FanSource, 'path'>, 'axes' | 'torch', RegExp])[] = [
  ['a scalar', { shape: [] }, 'torch', /fewer than 2 dimensions/],
  ['a vector', { shape: [64], axes: ['elementwise'] }, 'axes', /fewer than 2 dimensions/],
  [
    'a PReLU slope per pixel',
    { shape: [8, 8, 3], axes: ['elementwise', 'elementwise', 'elementwise'] },
    'axes',
    /mix no units/,
  ],
  ['a matrix without named axes', { shape: [3, 4] }, 'axes', /2 named axes, and the adapter gives none/],
  ['too few names', { shape: [3, 4], axes: ['in'] }, 'axes', /the adapter gives 1/],
];

for (const [what, source, mode, message] of NONE) {
  test(`${what} has no fans, and the error says where and what to do`, () => {
    try {
      computeFans({ path, ...source }, mode);
      assert.unreachable('fans were given');
    } catch (error) {
      assert.instance(error, PlanError);
      assert.is((error as PlanError).code, 'no-fans');
      assert.is((error as PlanError).path, path);
      assert.match((error as PlanError).message, message);
      assert.match((error as PlanError).message, /Fix: /);
    }
  });
}

test.run();
