import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Adapter,
  AdapterError,
  type BufferWrite,
  createWebGpuDevice,
  DeviceError,
  type GpuBuffer,
  type GpuDevice,
  initialize,
  Module,
  ModuleAdapter,
  Parameter,
  type Report,
  type TensorData,
} from '../index.js';
import type { Law } from '../ir/law.js';
import { readBack } from '../runtime/testing/read-back.js';
import { testGpu } from '../runtime/testing/test-gpu.js';
import { fillableGpu, replacingOnGpu, WatchedGpu } from '../runtime/testing/watched-gpu.js';
import { ADAPTER_CASES } from '../testing.js';

const found = await testGpu();
const test = suite('runs on the GPU where parameters live');

const NORMAL: Law = { kind: 'normal', mean: 0.5, std: 2 };
/** What can stay on the GPU, and what cannot, in turns. */
const PARAMETERS: readonly (readonly [Law, readonly number[], 'float32' | 'float16'])[] = [
  [NORMAL, [1001], 'float32'],
  [{ kind: 'uniform', low: -1, high: 1 }, [3, 5], 'float32'],
  [{ kind: 'orthogonal', rows: 8, columns: 4, gain: 1 }, [8, 4], 'float32'],
  [{ kind: 'constant', value: 2 }, [1], 'float32'],
  [NORMAL, [33], 'float16'],
  [{ kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 }, [100, 1001], 'float32'],
  [
    {
      kind: 'segments',
      segments: [
        { length: 7, law: { kind: 'constant', value: 1 } },
        { length: 6, law: NORMAL },
      ],
    },
    [13],
    'float32',
  ],
];
/** Those of them that can stay. */
const STAYING = ['w0', 'w1', 'w3', 'w5', 'w6'];

class Net extends Module {
  constructor(laws = PARAMETERS) {
    super();
    for (const [index, [law, shape, dtype]] of laws.entries()) {
      Object.assign(this, { [`w${index}`]: new Parameter(shape, { dtype, fallback: { law, source: 'test' } }) });
    }
  }
}

interface Faults {
  beforeBuffers?(): void;
  /** Paths of a write that fails. */
  readonly failAt?: string;
}

/** A model of a framework that keeps parameters on a GPU: as buffers that were handed over, or as written tensors. */
class GpuModel implements Adapter {
  readonly framework = 'gpu-test';
  readonly model: Module;
  readonly device: GpuDevice;
  readonly buffers = new Map<string, GpuBuffer>();
  readonly faults: Faults;
  readonly #host: ModuleAdapter;

  constructor(device: GpuDevice, faults: Faults = {}, model: Module = new Net()) {
    this.device = device;
    this.faults = faults;
    this.model = model;
    this.#host = new ModuleAdapter(model);
  }

  gpu(): GpuDevice {
    return this.device;
  }

  tree(): ReturnType<ModuleAdapter['tree']> {
    return this.#host.tree();
  }

  async read(path: string): Promise<TensorData> {
    const buffer = this.buffers.get(path);
    const tensor = await this.#host.read(path);
    return buffer === undefined ? tensor : { ...tensor, bytes: await readBack(this.device, buffer) };
  }

  write(path: string, tensor: TensorData): void {
    if (path === this.faults.failAt) throw new RangeError('no room');
    this.#host.write(path, tensor);
    this.#drop(path);
  }

  writeBuffers(writes: readonly BufferWrite[]): void {
    this.faults.beforeBuffers?.();
    const known = new Set(this.tree().parameters.map(({ path }) => path));
    const unknown = writes.find(({ path }) => !known.has(path));
    if (unknown !== undefined || writes.some(({ path }) => path === this.faults.failAt)) {
      for (const { buffer } of writes) buffer.destroy();
      if (unknown === undefined) throw new RangeError('no room');
      throw new AdapterError({ code: 'unknown-parameter', what: 'no such parameter', path: unknown.path });
    }
    for (const { path, buffer } of writes) {
      this.#drop(path);
      this.buffers.set(path, buffer);
    }
  }

  #drop(path: string): void {
    this.buffers.get(path)?.destroy();
    this.buffers.delete(path);
  }
}

async function bytesOf(adapter: Adapter): Promise<readonly string[]> {
  const values: string[] = [];
  for (const { path } of adapter.tree().parameters) {
    values.push(Buffer.from((await adapter.read(path)).bytes).toString('hex'));
  }
  return values;
}

const OLD = await bytesOf(new ModuleAdapter(new Net()));

async function expected(model: Module = new Net()): Promise<readonly string[]> {
  const adapter = new ModuleAdapter(model);
  await initialize(adapter, [], { seed: 3, device: 'cpu' });
  return bytesOf(adapter);
}

function onGpu(title: string, check: (gpu: GpuDevice) => Promise<void>): void {
  if (!('gpu' in found)) {
    test.skip(`${title} (skipped: ${found.reason})`);
    return;
  }
  test(title, async () => {
    const own = await testGpu();
    assert.ok('gpu' in own);
    await check(own.gpu);
    own.gpu.destroy();
  });
}

function run(adapter: Adapter, options: Parameters<typeof initialize>[2] = {}): Promise<Report> {
  return initialize(adapter, [], { seed: 3, device: 'webgpu', ...options });
}

onGpu(
  'an adapter on a GPU that keeps its promises passes the case of buffers, and one that mixes them up does not',
  async (gpu) => {
    const [buffers] = ADAPTER_CASES.filter(({ name }) => name.startsWith('buffers'));
    assert.ok(buffers);
    const watched = new WatchedGpu(gpu);
    const good = new GpuModel(watched.gpu);
    await buffers.check(good);
    assert.is(good.buffers.size, watched.buffers.size);
    const bad = new GpuModel(gpu);
    const { writeBuffers } = bad;
    bad.writeBuffers = (writes) => writeBuffers.call(bad, writes.slice(1));
    const error = await Promise.resolve(buffers.check(bad)).catch((reason: unknown) => reason);
    assert.is((error as AdapterError).code, 'adapter-case');
  },
);

for (const atomic of [true, false]) {
  const how = atomic ? 'atomic' : 'not atomic';
  onGpu(`float32 parameters stay on the GPU with the CPU's bits, others are written; ${how}`, async (gpu) => {
    const watched = new WatchedGpu(gpu);
    const adapter = new GpuModel(watched.gpu);
    const report = await run(adapter, { atomic });
    assert.is(report.device, 'webgpu');
    assert.equal(
      report.steps.map(({ path }) => path),
      report.plan.steps.map(({ path }) => path),
    );
    assert.equal([...adapter.buffers.keys()].sort(), STAYING);
    assert.is(watched.buffers.size, STAYING.length);
    assert.equal(await bytesOf(adapter), await expected());
    // A second run replaces buffers by buffers.
    await run(adapter, { atomic });
    assert.is(watched.buffers.size, STAYING.length);
  });

  onGpu(`nothing is read back where everything stays; ${how}`, async (gpu) => {
    const watched = new WatchedGpu(gpu);
    const model = new Net(PARAMETERS.filter((_, index) => STAYING.includes(`w${index}`)));
    const adapter = new GpuModel(watched.gpu, {}, model);
    await run(adapter, { atomic });
    assert.is(watched.mapped, 0);
    assert.is(watched.buffers.size, STAYING.length);
  });

  onGpu(`a GPU that is lost while values are handed over: the CPU makes all again; ${how}`, async (gpu) => {
    const watched = new WatchedGpu(gpu);
    const adapter = new GpuModel(watched.gpu, { beforeBuffers: () => gpu.destroy() });
    const report = await run(adapter, { atomic });
    assert.is(report.device, 'cpu');
    assert.equal(
      report.warnings.map(({ code }) => code),
      ['device-lost'],
    );
    assert.is(watched.buffers.size, 0);
    assert.equal(await bytesOf(adapter), await expected());
  });

  onGpu(`a GPU that is lost while values are made: what waited on it is made again; ${how}`, async (gpu) => {
    const watched = new WatchedGpu(gpu);
    const adapter = new GpuModel(watched.gpu);
    const onProgress = (event: { readonly path: string }): void => {
      if (event.path === 'w1') gpu.destroy();
    };
    const report = await run(adapter, { atomic, onProgress });
    assert.is(report.device, 'cpu');
    assert.is(report.steps.length, PARAMETERS.length);
    assert.is(watched.buffers.size, 0);
    assert.equal(await bytesOf(adapter), await expected());
  });
}

onGpu('memory of the GPU that is full sends the run to the CPU, with nothing left on the GPU', async (gpu) => {
  const fillable = fillableGpu(gpu);
  const watched = new WatchedGpu(fillable.gpu);
  const adapter = new GpuModel(watched.gpu);
  const onProgress = (): void => fillable.setFull(true);
  const report = await run(adapter, { onProgress });
  assert.equal(
    report.warnings.map(({ code }) => code),
    ['device-out-of-memory'],
  );
  assert.is(watched.buffers.size, 0);
  assert.equal(await bytesOf(adapter), await expected());
});

for (const [what, failAt] of [
  ['buffers are refused', 'w0'],
  ['a tensor is refused after buffers were taken', 'w4'],
] as const) {
  onGpu(`${what}: the model is wholly old and no buffer is left`, async (gpu) => {
    const watched = new WatchedGpu(gpu);
    const adapter = new GpuModel(watched.gpu, { failAt });
    const error = await run(adapter).catch((reason: unknown) => reason);
    assert.instance(error, AdapterError);
    assert.is((error as AdapterError).code, 'write-failed');
    assert.is(watched.buffers.size, 0);
    assert.equal(await bytesOf(adapter), OLD);
  });
}

onGpu('an abort while values are made leaves the model as it was and no buffer on the GPU', async (gpu) => {
  const watched = new WatchedGpu(gpu);
  const adapter = new GpuModel(watched.gpu);
  const controller = new AbortController();
  const options = { signal: controller.signal, onProgress: () => controller.abort() };
  const error = await run(adapter, options).catch((reason: unknown) => reason);
  assert.is((error as Error).name, 'AbortError');
  assert.is(watched.buffers.size, 0);
  assert.equal(await bytesOf(adapter), OLD);
});

onGpu('a kernel that fails leaves the model as it was and no buffer on the GPU', async (gpu) => {
  const watched = new WatchedGpu(gpu);
  const law: Law = { kind: 'kernel', id: 'test.absent', args: [] };
  const adapter = new GpuModel(watched.gpu, {}, new Net([...PARAMETERS, [law, [4], 'float32']]));
  const error = await run(adapter).catch((reason: unknown) => reason);
  assert.instance(error, DeviceError);
  assert.is(watched.buffers.size, 0);
  assert.is(adapter.buffers.size, 0);
});

onGpu('what is measured passes through the host, and so does a run on another GPU device', async (gpu) => {
  const measured = new GpuModel(gpu);
  const { steps } = await run(measured, { measure: true });
  assert.ok(steps.some(({ statistics }) => statistics !== undefined));
  assert.is(measured.buffers.size, 0);
  const other = await createWebGpuDevice();
  const elsewhere = new GpuModel(gpu);
  await run(elsewhere, { device: other });
  other.dispose();
  assert.is(elsewhere.buffers.size, 0);
  assert.equal(await bytesOf(elsewhere), await expected());
});

onGpu('auto is the GPU where enough parameters live, unless it is software', async (gpu) => {
  const hardware = replacingOnGpu(gpu, { adapterInfo: { vendor: 'test' } });
  const large = new Net([[{ kind: 'constant', value: 1 }, [1 << 22], 'float32']]);
  const orthogonal: Law = { kind: 'identity', rows: 2048, columns: 2048, gain: 1 };
  for (const [device, model, kind] of [
    [hardware, large, 'webgpu'],
    [hardware, new Net(), 'cpu'],
    [hardware, new Net([[orthogonal, [2048, 2048], 'float32']]), 'cpu'],
    [replacingOnGpu(gpu, { adapterInfo: { description: 'SwiftShader' } }), large, 'cpu'],
  ] as const) {
    const adapter = new GpuModel(device, {}, model);
    assert.is((await run(adapter, { device: 'auto' })).device, kind);
    assert.is(adapter.buffers.size, kind === 'webgpu' ? 1 : 0);
  }
});

test.run();
