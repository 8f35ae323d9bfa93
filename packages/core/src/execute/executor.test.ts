import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Adapter,
  detached,
  execute,
  type HostFunction,
  type IncipitError,
  initialize,
  type Law,
  Module,
  ModuleAdapter,
  Parameter,
  type ParameterOptions,
  plan,
} from '../index.js';

/** A model of one weight, whose own law a plan without a rule for it takes. */
class Single extends Module {
  readonly weight: Parameter;

  constructor(shape: readonly number[], law: Law, options: ParameterOptions = {}) {
    super();
    this.weight = new Parameter(shape, { ...options, fallback: { law, source: 'test' } });
  }
}

async function run(model: Single, hostFunctions?: ReadonlyMap<string, HostFunction>): Promise<readonly number[]> {
  await initialize(model, [], hostFunctions === undefined ? { seed: 5 } : { seed: 5, hostFunctions });
  return model.weight.values();
}

test('segments follow one another, and their elements keep the index of the whole', async () => {
  const normal: Law = { kind: 'normal', mean: 0, std: 1 };
  const whole = await run(new Single([101], normal));
  const segments = [
    { length: 33, law: normal },
    { length: 7, law: { kind: 'constant', value: 1 } as const },
    { length: 61, law: normal },
  ];
  const parts = await run(new Single([101], { kind: 'segments', segments }));
  assert.equal(parts.slice(0, 33), whole.slice(0, 33));
  assert.equal(parts.slice(33, 40), Array(7).fill(1));
  assert.equal(parts.slice(40), whole.slice(40));
});

test('an orthogonal parameter has orthonormal columns, times the gain', async () => {
  const values = await run(new Single([40, 30], { kind: 'orthogonal', gain: 2, rows: 40, columns: 30 }));
  for (const [i, j] of [
    [0, 0],
    [3, 3],
    [3, 29],
    [0, 1],
  ] as const) {
    let dot = 0;
    for (let row = 0; row < 40; row++) dot += (values[row * 30 + i] ?? 0) * (values[row * 30 + j] ?? 0);
    assert.ok(Math.abs(dot - (i === j ? 4 : 0)) < 1e-5, `${i}·${j} = ${dot}`);
  }
});

test('an identity is one on the diagonal only', async () => {
  const values = await run(new Single([2, 3], { kind: 'identity', gain: 0.5, rows: 2, columns: 3 }));
  assert.equal(values, [0.5, 0, 0, 0, 0.5, 0]);
});

test('float64 holds the float32 values, and integers take whole constants', async () => {
  const normal: Law = { kind: 'normal', mean: 0, std: 1 };
  assert.equal(await run(new Single([9], normal, { dtype: 'float64' })), await run(new Single([9], normal)));
  assert.equal(await run(new Single([2], { kind: 'constant', value: -3 }, { dtype: 'int64' })), [-3, -3]);
});

test('a host function fills the parameter from streams of its own', async () => {
  const law: Law = { kind: 'host', id: 'ramp', options: { step: 2 } };
  const functions = new Map<string, HostFunction>([
    [
      'ramp',
      async (view, random, options) => {
        const noise = await random.draw({ kind: 'uniform', low: 0, high: 1 }, view.length);
        const { step } = options as { readonly step: number };
        for (const [i, value] of noise.entries()) view[i] = i * step + value;
      },
    ],
  ]);
  const values = await run(new Single([50], law), functions);
  assert.ok(values.every((value, i) => Math.floor(value) === 2 * i));
  assert.equal(await run(new Single([50], law), functions), values);
});

test('a host function that is missing or throws leaves the model as it was', async () => {
  class Two extends Module {
    readonly first = new Parameter([4], { fallback: { law: { kind: 'constant', value: 1 }, source: 'test' } });
    readonly second = new Parameter([4], {
      fallback: { law: { kind: 'host', id: 'bad', options: {} }, source: 'test' },
    });
  }
  const throwing = new Map<string, HostFunction>([
    [
      'bad',
      () => {
        throw new Error('bad luck');
      },
    ],
  ]);
  for (const [hostFunctions, message] of [
    [new Map<string, HostFunction>(), /host function 'bad'/],
    [throwing, /bad luck/],
  ] as const) {
    const model = new Two();
    const failure = await initialize(model, [], { hostFunctions }).catch((error: unknown) => error as IncipitError);
    assert.match((failure as Error).message, message);
    assert.equal(model.first.values(), [0, 0, 0, 0]);
  }
});

test('a detached adapter takes the writes in another dtype, and the model keeps its values', async () => {
  const model = new Single([1000], { kind: 'normal', mean: 0, std: 1 });
  const beside = detached(new ModuleAdapter(model), { dtype: 'bfloat16' });
  await initialize(beside, [], { seed: 5 });
  const tensor = await beside.read('weight');
  assert.is(tensor.dtype, 'bfloat16');
  assert.is(tensor.bytes.byteLength, 2000);
  assert.ok(model.weight.bytes.every((byte) => byte === 0));
  assert.equal(beside.paths, ['weight']);
});

test('writes come one after another, in the order of the plan', async () => {
  class Two extends Module {
    readonly a = new Parameter([1], { fallback: { law: { kind: 'constant', value: 1 }, source: 'test' } });
    readonly b = new Parameter([1], { fallback: { law: { kind: 'constant', value: 2 }, source: 'test' } });
  }
  const events: string[] = [];
  const inner = new ModuleAdapter(new Two());
  const slow: Adapter = {
    framework: 'slow',
    tree: () => inner.tree(),
    read: (path) => inner.read(path),
    async write(path) {
      events.push(`start ${path}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      events.push(`end ${path}`);
    },
  };
  await execute(plan(slow, []), slow);
  assert.equal(events, ['start a', 'end a', 'start b', 'end b']);
});

test.run();
