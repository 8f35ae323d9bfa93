import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Placement } from '../execute/placement.js';
import {
  type Axis,
  BaseInit,
  createWebGpuDevice,
  DeviceError,
  type ExecuteOptions,
  execute,
  explain,
  type InitConfig,
  type InitializeOptions,
  type InitScope,
  initialize,
  initWeights,
  type Law,
  Module,
  Parameter,
  type ParameterOptions,
  type ParameterSpec,
  type Plan,
  type PlanError,
  type PlanOptions,
  plan,
  type Shape,
  WEIGHT_INITIALIZERS,
} from '../index.js';

const test = suite('canonical order');

/** One weight in torch's layout and in another framework's; `axes` lead from the former to the latter. */
interface Pair {
  readonly name: string;
  readonly torch: readonly [Shape, readonly Axis[], ParameterOptions?];
  readonly other: readonly [Shape, readonly Axis[], ParameterOptions?];
  /** The torch weight's shape when axes are told apart that torch keeps as one. */
  readonly split?: Shape;
  readonly axes: readonly number[];
}

const HW: readonly Axis[] = ['spatial', 'spatial'];
const PAIRS: readonly Pair[] = [
  {
    name: 'conv',
    torch: [
      [8, 6, 3, 5],
      ['out', 'in', ...HW],
    ],
    other: [
      [3, 5, 6, 8],
      [...HW, 'in', 'out'],
    ],
    axes: [2, 3, 1, 0],
  },
  {
    name: 'deconv',
    torch: [
      [6, 8, 3, 5],
      ['in', 'out', ...HW],
    ],
    other: [
      [3, 5, 8, 6],
      [...HW, 'out', 'in'],
    ],
    axes: [2, 3, 1, 0],
  },
  {
    name: 'dense',
    torch: [
      [7, 9],
      ['out', 'in'],
    ],
    other: [
      [9, 7],
      ['in', 'out'],
    ],
    axes: [1, 0],
  },
  {
    name: 'depthwise',
    torch: [[12, 1, 3, 5], ['out', 'in', ...HW], { groups: 6 }],
    other: [
      [3, 5, 6, 2],
      [...HW, 'channel', 'multiplier'],
    ],
    split: [6, 2, 3, 5],
    axes: [2, 3, 0, 1],
  },
  {
    name: 'table',
    torch: [
      [11, 4],
      ['vocabulary', 'embedding'],
    ],
    other: [
      [11, 4],
      ['vocabulary', 'embedding'],
    ],
    axes: [0, 1],
  },
  {
    name: 'lstm',
    torch: [[20, 3], ['out', 'in'], { slices: { axis: 0, names: ['i', 'f', 'g', 'o'] } }],
    other: [[3, 20], ['in', 'out'], { slices: { axis: 1, names: ['i', 'f', 'c', 'o'] } }],
    axes: [1, 0],
  },
  // More than one part of 4 MiB, and no multiple of one.
  {
    name: 'large',
    torch: [
      [1027, 1031],
      ['out', 'in'],
    ],
    other: [
      [1031, 1027],
      ['in', 'out'],
    ],
    axes: [1, 0],
  },
];

class Net extends Module {
  static override readonly className: string = 'Net';
  add(name: string, shape: Shape, options: ParameterOptions): this {
    const value = new Parameter(shape, { role: 'weight', ...options });
    Object.defineProperty(this, name, { value, enumerable: true });
    return this;
  }

  parameter(name: string): Parameter {
    const found = [...this.parameters()].find(([known]) => known === name)?.[1];
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }
}

function net(side: 'torch' | 'other', options: ParameterOptions = {}, pairs = PAIRS): Net {
  const made = new Net();
  for (const pair of pairs) {
    const [shape, axes, more] = pair[side];
    made.add(pair.name, shape, { axes, ...more, ...options });
  }
  return made;
}

/** NumPy's transpose, in the plainest way. */
function transposed<T>(values: readonly T[], shape: Shape, axes: readonly number[]): readonly T[] {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  let offsets = [0];
  for (const axis of axes) {
    const steps = Array.from({ length: shape[axis] ?? 0 }, (_, i) => i * (strides[axis] ?? 0));
    offsets = offsets.flatMap((offset) => steps.map((step) => offset + step));
  }
  return offsets.map((offset) => values[offset] as T);
}

function assertSameWeights(torch: Net, other: Net, pairs = PAIRS): void {
  for (const {
    name,
    torch: [shape],
    split = shape,
    axes,
  } of pairs) {
    const values = torch.parameter(name).values();
    assert.ok(new Set(values.slice(0, 30)).size > 2, `${name} is random`);
    assert.ok(equal(transposed(values, split, axes), other.parameter(name).values()), name);
  }
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
}

async function gpuAbsence(): Promise<string | undefined> {
  try {
    (await createWebGpuDevice()).dispose();
    return undefined;
  } catch (error) {
    if (error instanceof DeviceError) return error.what;
    throw error;
  }
}

const CANONICAL: PlanOptions = { canonical: 'oihw', seed: 7 };
const RULE: InitConfig = { type: 'Kaiming', layer: 'Net' };
const noGpu = await gpuAbsence();

const DEVICES: readonly (readonly [string, ExecuteOptions, string | undefined])[] = [
  ['one thread', { device: 'cpu', threads: 1 }, undefined],
  ['threads', { device: 'cpu', threads: 3 }, undefined],
  ['one thread, written through', { device: 'cpu', threads: 1, atomic: false }, undefined],
  ['threads, written through', { device: 'cpu', threads: 3, atomic: false }, undefined],
  ['WebGPU', { device: 'webgpu' }, noGpu],
];
for (const [name, options, absent] of DEVICES) {
  const title = `weights of other layouts are torch's, transposed, on ${name}`;
  if (absent !== undefined) {
    test.skip(`${title} (skipped: ${absent})`);
    continue;
  }
  test(title, async () => {
    const [torch, other] = [net('torch'), net('other')];
    await initialize(torch, RULE, { ...CANONICAL, device: 'cpu', threads: 1 });
    await initialize(other, RULE, { ...CANONICAL, ...options });
    assertSameWeights(torch, other);
  });
}

const LAWS: readonly (InitConfig & { readonly type: string })[] = [
  { type: 'Uniform', layer: 'Net', a: -1, b: 2 },
  { type: 'Normal', layer: 'Net', std: 2, mean: 1 },
  { type: 'TruncNormal', layer: 'Net' },
  { type: 'Xavier', layer: 'Net', distribution: 'uniform' },
  { type: 'Orthogonal', layer: 'Net' },
];
const SMALL = PAIRS.filter(({ name }) => name !== 'large');
for (const config of LAWS) {
  for (const dtype of ['float32', 'float16', 'bfloat16', 'float64'] as const) {
    test(`so they are by ${config.type} in ${dtype}`, async () => {
      const [torch, other] = [net('torch', { dtype }, SMALL), net('other', { dtype }, SMALL)];
      await initialize(torch, config, CANONICAL);
      await initialize(other, config, CANONICAL);
      assertSameWeights(torch, other, SMALL);
    });
  }
}

const CONVOLUTION = PAIRS.filter(({ name }) => name === 'conv');

test('a matrix in the spatial centre is where torch has it', async () => {
  const [torch, other] = [net('torch', {}, CONVOLUTION), net('other', {}, CONVOLUTION)];
  const rule: InitConfig = { type: 'DeltaOrthogonal', layer: 'Net' };
  await initialize(torch, rule, CANONICAL);
  await initialize(other, rule, CANONICAL);
  assertSameWeights(torch, other, CONVOLUTION);
});

test('fans of the shape alone are those of the logical shape', () => {
  const options: PlanOptions = { ...CANONICAL, fans: 'torch' };
  const fans = (side: 'torch' | 'other') => plan(net(side, {}, CONVOLUTION), RULE, options).steps[0]?.provenance.fans;
  assert.equal(fans('other'), fans('torch'));
});

test('a tree in torch’s layout keeps its plan, but for transposed convolutions', () => {
  const pairs = PAIRS.filter(({ name }) => name !== 'deconv');
  for (const config of [RULE, ...LAWS]) {
    const { canonical: _, ...rest } = CANONICAL;
    assert.equal(plan(net('torch', {}, pairs), config, CANONICAL), plan(net('torch', {}, pairs), config, rest));
  }
});

test('gates under their names are drawn in torch’s order: z, r, h of Keras as r, z, n', async () => {
  const torch = new Net().add('gru', [6, 2], { axes: ['out', 'in'], slices: { axis: 0, names: ['r', 'z', 'n'] } });
  const keras = new Net().add('gru', [2, 6], { axes: ['in', 'out'], slices: { axis: 1, names: ['z', 'r', 'h'] } });
  await initialize(torch, RULE, CANONICAL);
  await initialize(keras, RULE, CANONICAL);
  const rows = [2, 3, 0, 1, 4, 5];
  const values = torch.parameter('gru').values();
  const expected = [0, 1].flatMap((column) => rows.map((row) => values[row * 2 + column] ?? Number.NaN));
  assert.ok(equal(keras.parameter('gru').values(), expected));
});

test('fused parts under other names stay in their framework’s order', () => {
  const slices = { axis: 1, names: ['b', 'a'] };
  const made = plan(new Net().add('w', [2, 6], { axes: ['in', 'out'], slices }), RULE, CANONICAL);
  assert.equal(made.steps[0]?.order, { axes: [1, 0] });
});

test('a plan is the same data after JSON, and executes from it to the same bits', async () => {
  const made = plan(net('other'), RULE, CANONICAL);
  const saved = JSON.parse(JSON.stringify(made)) as Plan;
  assert.equal(saved, JSON.parse(JSON.stringify(plan(net('other'), RULE, CANONICAL))));
  assert.is(saved.hash, made.hash);
  const [torch, other] = [net('torch'), net('other')];
  await execute(saved, other);
  await initialize(torch, RULE, CANONICAL);
  assertSameWeights(torch, other);
});

test('the plan’s hash covers the order and the key', () => {
  const hashes = [{}, { canonical: 'oihw' }, { paths: { dense: 'fc' } }] as const;
  assert.is(new Set(hashes.map((options) => plan(net('other', {}, SMALL), RULE, options).hash)).size, 3);
});

test('what a saved plan says of an order is checked against the model', async () => {
  const made = plan(net('other', {}, CONVOLUTION), RULE, CANONICAL);
  for (const order of [
    { axes: [0, 1, 2] },
    { axes: [0, 1, 2, 2] },
    { axes: [3, 2, 0, 1], slices: { axis: 3, parts: [0, 1, 2] } },
    {},
    null,
  ]) {
    const steps = made.steps.map((step) => ({ ...step, order }));
    const error = await errorOf(() => execute({ ...made, steps } as Plan, net('other', {}, CONVOLUTION)));
    assert.is(error.code, 'plan-mismatch');
    assert.match(error.message, /'conv' has an order/);
  }
});

test('paths name the streams: the same numbers under a mapped path, and the plan tells it', async () => {
  const torch = new Net().add('conv', [8, 6, 3, 5], { axes: ['out', 'in', ...HW] });
  const other = new Net().add('conv1_kernel', [3, 5, 6, 8], { axes: [...HW, 'in', 'out'] });
  const options = { ...CANONICAL, paths: { '*1_kernel': '*' } };
  await initialize(torch, RULE, CANONICAL);
  await initialize(other, RULE, options);
  assert.ok(
    equal(
      transposed(torch.parameter('conv').values(), [8, 6, 3, 5], [2, 3, 1, 0]),
      other.parameter('conv1_kernel').values(),
    ),
  );
  const made = plan(other, RULE, options);
  assert.is(made.steps[0]?.key, plan(torch, RULE, CANONICAL).steps[0]?.key);
  assert.is(made.steps[0]?.provenance.keyPath, 'conv');
  assert.match(explain(made), /drawn as conv \[8, 6, 3, 5\]/);
  const byFunction = plan(other, RULE, {
    ...CANONICAL,
    paths: (path) => (path === 'conv1_kernel' ? 'conv' : undefined),
  });
  assert.equal(byFunction, made);
});

test('a host function and segments speak of the logical order', async () => {
  const values = async (side: 'torch' | 'other', type: string) => {
    const model = net(side, {}, CONVOLUTION);
    await initialize(model, { type, layer: 'Net' } as unknown as InitConfig, {
      ...CANONICAL,
      hostFunctions: new Map([
        [
          'canonical-ramp',
          (view, _random, _options, { shape }) => view.set(Float32Array.from(view, (_, i) => i * (shape[0] ?? 0))),
        ],
      ]),
    });
    return model.parameter('conv').values();
  };
  for (const type of ['CanonicalRamp', 'CanonicalSegments']) {
    const torch = await values('torch', type);
    assert.ok(equal(transposed(torch, [8, 6, 3, 5], [2, 3, 1, 0]), await values('other', type)), type);
  }
});

test('laws for a parameter as it lies are drawn in logical order where they have none of their own', async () => {
  const uniform: Law = { kind: 'uniform', low: 0, high: 1 };
  const torch = net('torch', { fallback: { law: uniform, source: 'test' } }, SMALL);
  const other = net('other', { fallback: { law: uniform, source: 'test' } }, SMALL);
  await initWeights(torch, CANONICAL);
  await initWeights(other, CANONICAL);
  assertSameWeights(torch, other, SMALL);
});

test('an orthogonal matrix that is the parameter as it lies is transposed with it', async () => {
  const pairs = SMALL.filter(({ name }) => name === 'dense' || name === 'lstm');
  const law = ([rows = 0, columns = 0]: Shape): Law => ({ kind: 'orthogonal', gain: 1, rows, columns });
  const [torch, other] = [new Net(), new Net()];
  for (const { name, ...sides } of pairs) {
    for (const [model, [shape, axes]] of [
      [torch, sides.torch],
      [other, sides.other],
    ] as const) {
      model.add(name, shape, { axes, fallback: { law: law(shape), source: 'test' } });
    }
  }
  await initWeights(torch, CANONICAL);
  await initWeights(other, CANONICAL);
  assertSameWeights(torch, other, pairs);
});

test('other laws for a parameter as it lies stay there, and the plan warns', () => {
  const segments: Law = { kind: 'segments', segments: [{ length: 63, law: { kind: 'normal', mean: 0, std: 1 } }] };
  class Own extends Net {
    initWeights(scope: InitScope): void {
      scope.set('dense', segments);
    }
  }
  const made = new Own().add('dense', [9, 7], { axes: ['in', 'out'] });
  const report = initWeights(made, CANONICAL);
  return report.then(({ plan: { steps, warnings } }) => {
    assert.is(steps[0]?.order, undefined);
    assert.equal(
      warnings.map(({ code, path }) => [code, path]),
      [['native-order', 'dense']],
    );
  });
});

@WEIGHT_INITIALIZERS.register('CanonicalRamp')
class CanonicalRamp extends BaseInit {
  static override readonly className: string = 'CanonicalRamp';
  readonly type = 'CanonicalRamp';
  weightLaw(): { law: Law } {
    return { law: { kind: 'host', id: 'canonical-ramp', options: {} } };
  }
}

@WEIGHT_INITIALIZERS.register('CanonicalSegments')
class CanonicalSegments extends BaseInit {
  static override readonly className: string = 'CanonicalSegments';
  readonly type = 'CanonicalSegments';
  weightLaw({ shape: [rows = 0, ...rest] }: ParameterSpec): { law: Law } {
    const row = rest.reduce((product, extent) => product * extent, 1);
    const normal = { kind: 'normal', mean: 0, std: 1 } as const;
    const one = { kind: 'constant', value: 1 } as const;
    return {
      law: {
        kind: 'segments',
        segments: [
          { length: row, law: one },
          { length: (rows - 1) * row, law: normal },
        ],
      },
    };
  }
}
assert.ok(CanonicalRamp && CanonicalSegments);

async function errorOf(work: () => unknown): Promise<PlanError> {
  try {
    await work();
  } catch (error) {
    return error as PlanError;
  }
  throw new Error('nothing was refused');
}

const BAD: readonly (readonly [string, InitializeOptions, string, RegExp])[] = [
  ['an unknown order', { canonical: 'hwio' as 'oihw' }, 'bad-option', /'canonical' is "hwio".*oihw/s],
  ['a mapping that is a list', { paths: ['a'] as unknown as Record<string, string> }, 'bad-option', /'paths' is/],
  ['a mapping to no text', { paths: { conv: 3 as unknown as string } }, 'bad-option', /'paths' has 3 for 'conv'/],
  [
    'more stars than the pattern has',
    { paths: { 'c*': '*.*' } },
    'bad-option',
    /'\*\.\*' for 'c\*', which has fewer stars/,
  ],
  ['a misspelt pattern', { paths: { 'Conv*': 'c*' } }, 'unmatched-pattern', /'Conv\*'/],
  ['a pattern behind one that takes all it fits', { paths: { '*': 'x*', conv: 'c' } }, 'unmatched-pattern', /'conv'/],
  ['two parameters mapped to one path', { paths: { 'de*': 'd' } }, 'path-clash', /'deconv' and 'dense' one path, 'd'/],
  ['a parameter mapped to another’s own path', { paths: { dense: 'conv' } }, 'path-clash', /'conv' and 'dense'/],
  ['a function that gives no path', { paths: () => '' }, 'bad-path', /gives "" for 'conv'/],
  ['a pattern that makes nothing of a path', { paths: { 'conv*': '*' } }, 'bad-path', /gives "" for 'conv'/],
];
for (const [name, options, code, message] of BAD) {
  test(`refused: ${name}`, async () => {
    const model = net('other', {}, SMALL);
    const error = await errorOf(() => initialize(model, RULE, options));
    assert.is(error.code, code);
    assert.match(error.message, message);
    assert.ok(
      model
        .parameter('conv')
        .values()
        .every((value) => value === 0),
    );
  });
}

test('a pattern that fits nothing may pass', () => {
  const run = (unmatched: 'warn' | 'ignore') =>
    plan(net('other', {}, SMALL), RULE, { paths: { nothing: 'x' }, unmatched }).warnings.map(({ code }) => code);
  assert.equal(run('warn'), ['unmatched-pattern']);
  assert.equal(run('ignore'), []);
});

for (const axes of [undefined, ['in'], ['in', 'outputs']]) {
  test(`refused: random values for axes ${axes}; constants pass`, async () => {
    const model = new Net().add('w', [2, 3], axes === undefined ? {} : { axes: axes as Axis[] });
    const error = await errorOf(() => plan(model, { type: 'Normal', layer: 'Net' }, CANONICAL));
    assert.is(error.code, 'no-axes');
    assert.is(error.path, 'w');
    assert.match(error.message, /needs 2 named axes.*spatial/s);
    assert.is(plan(model, { type: 'Constant', layer: 'Net', val: 1 }, CANONICAL).steps[0]?.order, undefined);
  });
}

test('elements are placed alike in whatever parts they come', () => {
  const shape = [3, 400, 5, 60];
  const order = { axes: [1, 3, 0, 2], slices: { axis: 3, parts: [2, 0, 1] } };
  const count = 3 * 400 * 5 * 60;
  const drawn = new Uint8Array(Uint32Array.from({ length: count }, (_, i) => i).buffer);
  const placement = new Placement(shape, order);
  const whole = new Uint8Array(count * 4);
  placement.put(drawn, whole, { first: 0, size: 4 });
  for (const part of [13, 7777, 65_536]) {
    const out = new Uint8Array(count * 4);
    for (let first = 0; first < count; first += part) {
      placement.put(drawn.subarray(first * 4, (first + part) * 4), out, { first, size: 4 });
    }
    assert.ok(Buffer.from(out).equals(whole), `parts of ${part}`);
  }
});

test.run();
