import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { execute, initialize, plan } from '../api/initialize.js';
import type { Law } from '../ir/law.js';
import type { Plan } from '../ir/plan.js';
import { Module } from '../model/module.js';
import { Parameter, type ParameterOptions } from '../model/parameter.js';
import { createCpuDevice } from './cpu-device.js';
import { registerKernel } from './own-kernels.js';

const test = suite('runtime/own-kernels');

/**
 * void fill(float* out, unsigned count, unsigned key0, unsigned key1, unsigned low, unsigned high, double slope) {
 *   for (unsigned i = 0; i < count; i++) out[i] = (float)(low + i) * (float)slope + (float)(key0 & 1u);
 * }
 * compiled by clang for wasm32 with -Os -s, exporting memory, fill and __heap_base.
 */
const RAMP = Buffer.from(
  '0061736d01000000010b0160077f7f7f7f7f7f7c00030201000503010001060d027f014180200b7f004180200b071f03066d656d6f7279020004' +
    '66696c6c00000b5f5f686561705f6261736503010a43014101027d02402001450d002002410171b321072006b62108034020002004b32008' +
    '94200792380200200441016a2104200041046a21002001417f6a22010d000b0b0b',
  'hex',
);
/** The smallest module there is. */
const EMPTY = Buffer.from('0061736d01000000', 'hex');
const WGSL = '@compute @workgroup_size(64) fn fill() {}';

class Single extends Module {
  readonly weight: Parameter;
  constructor(shape: readonly number[], law: Law, options: ParameterOptions = {}) {
    super();
    this.weight = new Parameter(shape, { ...options, fallback: { law, source: 'test' } });
  }
}

const ramp = (slope: number): Law => ({ kind: 'kernel', id: 'test.ramp', args: [slope] });

test.before(() => registerKernel({ id: 'test.ramp', wasm: RAMP, wgsl: WGSL }));

async function refusal(action: Promise<unknown>): Promise<{ readonly code?: string; readonly message: string }> {
  return action.then(
    () => ({ message: 'nothing was thrown' }),
    (error: unknown) => error as { code: string; message: string },
  );
}

test('a registered kernel gives a parameter its values, over the borders of its chunks', async () => {
  const model = new Single([70_000], ramp(2));
  const { plan: made } = await initialize(model, []);
  const odd = Number.parseInt(made.steps[0]?.key ?? '', 16) % 2;
  assert.ok(model.weight.values().every((value, i) => value === 2 * i + odd));
});

test('a slice holds the same elements as the whole', async () => {
  const device = await createCpuDevice();
  const call = { kernel: 'test.ramp', dtype: 'float32', key: [4, 0], args: [0.5] } as const;
  const slice = new Float32Array(3);
  device.fill(call, new Uint8Array(slice.buffer), 65_535);
  device.dispose();
  assert.equal([...slice], [32767.5, 32768, 32768.5]);
});

test('values are rounded once to the dtype, and integers are refused when planning', async () => {
  const half = new Single([3], ramp(0.1), { dtype: 'float16' });
  await initialize(half, [], { seed: 1 });
  const wide = new Single([3], ramp(0.1), { dtype: 'float64' });
  await initialize(wide, [], { seed: 1 });
  assert.ok(half.weight.values().every((value, i) => Math.abs(value - (wide.weight.values()[i] ?? 0)) < 1e-3));
  assert.throws(() => plan(new Single([3], ramp(1), { dtype: 'int32' }), []), /int32/);
  assert.throws(() => plan(new Single([3], ramp(Number.NaN)), []), /NaN/);
});

test('a plan with a kernel stays JSON, and one that nobody registered is an error with the remedy', async () => {
  const [model, elsewhere] = [new Single([5], ramp(3)), new Single([5], ramp(3))];
  const { plan: made } = await initialize(model, []);
  await execute(JSON.parse(JSON.stringify(made)) as Plan, elsewhere);
  assert.equal(elsewhere.weight.bytes, model.weight.bytes);
  const unknown = new Single([5], { kind: 'kernel', id: 'test.missing', args: [] });
  const error = await refusal(initialize(unknown, []));
  assert.match(error.message, "kernel 'test.missing'");
  assert.match(error.message, "registerKernel({ id: 'test.missing'");
});

test('a kernel without an export, a twin or a free name is refused', async () => {
  const cases: readonly (readonly [Parameters<typeof registerKernel>[0], string, string])[] = [
    [{ id: 'test.empty', wasm: EMPTY, wgsl: WGSL }, 'bad-kernel', 'exports nothing'],
    [{ id: 'test.entry', wasm: RAMP, entry: 'run', wgsl: WGSL }, 'bad-kernel', 'the function run'],
    [{ id: 'test.broken', wasm: RAMP.subarray(0, 40), wgsl: WGSL }, 'bad-kernel', 'cannot be loaded'],
    [{ id: 'test.twin', wasm: RAMP, wgsl: '' }, 'bad-kernel', 'twin'],
    [{ id: 'incipit.normal', wasm: RAMP, wgsl: WGSL }, 'bad-kernel', 'reserved'],
    [{ id: 'test.ramp', wasm: RAMP, wgsl: WGSL }, 'duplicate-kernel', 'already'],
  ];
  for (const [kernel, code, message] of cases) {
    const error = await refusal(registerKernel(kernel));
    assert.is(error.code, code, kernel.id);
    assert.match(error.message, message);
  }
  await registerKernel({ id: 'test.compiled', wasm: await WebAssembly.compile(RAMP), entry: 'fill', wgsl: WGSL });
});

test.run();
