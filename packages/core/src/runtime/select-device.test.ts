import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { execute, initialize, plan } from '../api/initialize.js';
import type { DeviceError } from '../errors.js';
import type { Gpu, GpuAdapterInfo, GpuDevice } from '../ir/gpu.js';
import type { Law } from '../ir/law.js';
import { Module } from '../model/module.js';
import { Parameter } from '../model/parameter.js';
import { createWebGpuDevice } from './create-webgpu-device.js';
import { registerKernel } from './own-kernels.js';
import { selectDevice } from './select-device.js';
import { testGpu } from './testing/test-gpu.js';
import { replacingOnGpu } from './testing/watched-gpu.js';
import { requestGpu } from './webgpu/request-gpu.js';
import { isSoftwareAdapter } from './webgpu/software-adapter.js';

const test = suite('runtime/select-device');
const found = await testGpu();

/** A model with one parameter for each law. */
class Net extends Module {
  readonly weights: readonly Parameter[];
  constructor(laws: readonly Law[], shape: readonly number[] = [1001]) {
    super();
    this.weights = laws.map((law) => new Parameter(shape, { fallback: { law, source: 'test' } }));
    for (const [index, weight] of this.weights.entries()) Object.assign(this, { [`w${index}`]: weight });
  }
  values(): readonly (readonly number[])[] {
    return this.weights.map((weight) => weight.values());
  }
}

const LAWS: readonly Law[] = [
  { kind: 'normal', mean: 0, std: 1 },
  { kind: 'uniform', low: -1, high: 1 },
  { kind: 'constant', value: 2 },
  {
    kind: 'segments',
    segments: [
      { length: 333, law: { kind: 'normal', mean: 1, std: 0.5 } },
      { length: 668, law: { kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 } },
    ],
  },
];

/** In a process that cannot find a driver. */
const WITHOUT_ADAPTER = `
const { initialize, Module, Parameter } = await import(${JSON.stringify(new URL('../index.js', import.meta.url).href)});
class Net extends Module {
  weight = new Parameter([3], { fallback: { law: { kind: 'constant', value: 1 }, source: 'test' } });
}
const net = new Net();
const { code, fix } = await initialize(net, [], { device: 'webgpu' }).catch((error) => error);
console.log(JSON.stringify({ code, fix, values: net.weight.values() }));
`;

function onGpu(title: string, check: (gpu: GpuDevice) => Promise<void>): void {
  if ('gpu' in found) test(title, () => check(found.gpu));
  else test.skip(`${title} (skipped: ${found.reason})`);
}

async function errorOf(action: Promise<unknown>): Promise<DeviceError> {
  return action.then(
    () => assert.unreachable('nothing was thrown') as never,
    (error: unknown) => error as DeviceError,
  );
}

for (const [info, software] of [
  [{ vendor: 'google', architecture: 'swiftshader', description: 'SwiftShader driver 5.0.0' }, true],
  [{ vendor: 'mesa', description: 'llvmpipe (LLVM 17.0.6, 256 bits)' }, true],
  [{ device: 'Lavapipe' }, true],
  [{ vendor: 'nvidia', isFallbackAdapter: true }, true],
  [{ vendor: 'nvidia', architecture: 'hopper', isFallbackAdapter: false }, false],
  [{}, false],
  [undefined, false],
] as readonly (readonly [GpuAdapterInfo | undefined, boolean])[]) {
  test(`${JSON.stringify(info)} is ${software ? 'software' : 'hardware'}`, () => {
    assert.is(isSoftwareAdapter(info), software);
  });
}

test('no adapter, and an adapter that gives no device, are typed errors that say what to do', async () => {
  const limits = { maxBufferSize: 1, maxStorageBufferBindingSize: 1 };
  const requestDevice = (): Promise<GpuDevice> => Promise.reject(new Error('busy'));
  const none: Gpu = { requestAdapter: () => Promise.resolve(null) };
  const stuck: Gpu = { requestAdapter: () => Promise.resolve({ info: {}, limits, requestDevice }) };
  const [noAdapter, noDevice] = [await errorOf(requestGpu(none)), await errorOf(requestGpu(stuck))];
  assert.is(noAdapter.code, 'no-adapter');
  assert.match(noAdapter.fix ?? '', /'auto'/);
  assert.is(noDevice.code, 'no-gpu-device');
  assert.match(noDevice.message, /busy/);
});

test("device 'webgpu' without an adapter leaves the model as it was", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', WITHOUT_ADAPTER], {
    env: { ...process.env, VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' },
  });
  const { code, fix, values } = JSON.parse(stdout);
  assert.match(code, /^no-(webgpu|adapter)$/);
  assert.match(fix, /npm install webgpu/);
  assert.equal(values, [0, 0, 0]);
});

test('auto is the CPU where the parameters are in its memory', async () => {
  assert.is((await selectDevice('auto', { elements: 2 ** 24 })).kind, 'cpu');
});

onGpu('auto never takes a software adapter, and no GPU for a small model', async (gpu) => {
  const hardware = replacingOnGpu(gpu, { adapterInfo: { vendor: 'test' } });
  const software = replacingOnGpu(gpu, { adapterInfo: { description: 'SwiftShader' } });
  assert.is((await selectDevice('auto', { gpu: software, elements: 2 ** 24 })).kind, 'cpu');
  assert.is((await selectDevice('auto', { gpu: hardware, elements: 1000 })).kind, 'cpu');
  const untold = replacingOnGpu(gpu, { adapterInfo: undefined });
  assert.is((await selectDevice('auto', { gpu: untold, elements: 2 ** 24 })).kind, 'cpu');
  const device = await selectDevice('auto', { gpu: hardware, elements: 2 ** 24 });
  assert.is(device.kind, 'webgpu');
  assert.is(await selectDevice('webgpu', { gpu: hardware }), device);
  device.dispose();
});

onGpu('a model has the same bits on the CPU and on the GPU, and the report tells which it was', async () => {
  const [onCpu, onGpu] = [new Net(LAWS), new Net(LAWS)];
  await initialize(onCpu, [], { seed: 9, device: 'cpu' });
  const report = await initialize(onGpu, [], { seed: 9, device: 'webgpu' });
  assert.is(report.device, 'webgpu');
  assert.equal(onGpu.values(), onCpu.values());
  assert.is(await selectDevice('webgpu'), await selectDevice('webgpu'));
});

onGpu(
  'a run whose GPU is lost goes on on the CPU with the same bits, and a later one finds the GPU again',
  async () => {
    const own = await testGpu();
    assert.ok('gpu' in own);
    const device = await createWebGpuDevice(own.gpu);
    const nets = [new Net(LAWS), new Net(LAWS)] as const;
    await initialize(nets[0], [], { seed: 9, device: 'cpu' });
    own.gpu.destroy();
    const report = await initialize(nets[1], [], { seed: 9, device });
    assert.is(report.device, 'cpu');
    assert.ok(report.warnings.some(({ code }) => code === 'device-lost'));
    assert.equal(nets[1].values(), nets[0].values());
    device.dispose();
  },
);

function isSame(first: Parameter, second: Parameter | undefined): boolean {
  return second !== undefined && Buffer.compare(first.bytes, second.bytes) === 0;
}

/** The ramp of own-kernels.test.ts: `float(low + i) * slope + float(key0 & 1)`. */
const RAMP_WASM = Buffer.from(
  '0061736d01000000010b0160077f7f7f7f7f7f7c00030201000503010001060d027f014180200b7f004180200b071f03066d656d6f7279020004' +
    '66696c6c00000b5f5f686561705f6261736503010a43014101027d02402001450d002002410171b321072006b62108034020002004b32008' +
    '94200792380200200441016a2104200041046a21002001417f6a22010d000b0b0b',
  'hex',
);
const RAMP_WGSL = `
struct Call { count: u32, key0: u32, key1: u32, offset_low: u32, offset_high: u32, slope: f32 }
@group(0) @binding(0) var<storage, read_write> values: array<f32>;
@group(0) @binding(1) var<uniform> call: Call;
@compute @workgroup_size(64)
fn fill(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= call.count) { return; }
  values[id.x] = f32(call.offset_low + id.x) * call.slope + f32(call.key0 & 1u);
}`;

onGpu("a user's kernel runs its WGSL, whole parameters beside other laws", async () => {
  await registerKernel({ id: 'test.gpu-ramp', wasm: RAMP_WASM, wgsl: RAMP_WGSL });
  const ramp = (slope: number): Law => ({ kind: 'kernel', id: 'test.gpu-ramp', args: [slope] });
  const laws = [ramp(0.5), LAWS[0], ramp(2)].flatMap((law) => law ?? []);
  // Large enough to be cut, twice.
  const made = plan(new Net(laws, [1_100_003]), []);
  const [onCpu, onGpu] = [new Net(laws, [1_100_003]), new Net(laws, [1_100_003])];
  await execute(made, onCpu, { device: 'cpu' });
  await execute(made, onGpu, { device: 'webgpu' });
  const same = onGpu.weights.every((weight, i) => isSame(weight, onCpu.weights[i]));
  assert.ok(same);
});

for (const [what, wgsl, code, words] of [
  ['whose WGSL does not compile', '@compute @workgroup_size(64) fn fill() { nonsense; }', 'device-failed', /nonsense/],
  ['whose workgroup has no number', '@compute @workgroup_size(N) fn fill() {}', 'bad-kernel', /workgroup size/],
] as const) {
  onGpu(`a user's kernel ${what} is a typed error with the reason, whenever it is used`, async () => {
    const id = `test.${code}`;
    await registerKernel({ id, wasm: RAMP_WASM, wgsl });
    const device = await selectDevice('webgpu');
    for (let time = 0; time < 2; time++) {
      const call = { kernel: id, dtype: 'float32', key: [1, 2], args: [1] } as const;
      const error = await errorOf(Promise.resolve(device.fill(call, new Uint8Array(16), 0)));
      assert.is(error.code, code);
      assert.match(error.message, words);
    }
  });
}

test.run();
