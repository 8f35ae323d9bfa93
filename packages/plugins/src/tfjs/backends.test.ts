import {
  AdapterError,
  createWebGpuDevice,
  type GpuBuffer,
  type GpuDevice,
  initialize,
  type Report,
} from '@incipit/core';
import { ADAPTER_CASES } from '@incipit/core/testing';
import type * as TensorFlow from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { create, globals } from 'webgpu';
import { tfjs } from './adapter.js';
import { ADAPTER_KINDS } from './testing/adapter-kinds.js';

// Node has no WebGPU of its own; tfjs looks for it when it is loaded, and Dawn wants to be held.
const dawn = create([]);
Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', { value: { gpu: dawn }, configurable: true });
const tf: typeof TensorFlow = await import('@tensorflow/tfjs');
await import('@tensorflow/tfjs-backend-wasm');
await import('@tensorflow/tfjs-backend-webgpu');

const test = suite('backends of tfjs');
const noGpu = (await dawn.requestAdapter()) === null ? 'Dawn found no GPU adapter' : undefined;
const CONFIG = [
  { type: 'Kaiming', layer: ['Conv2D', 'Dense'] },
  { type: 'Constant', layer: 'BatchNormalization', val: 1, bias: 0.5 },
  { type: 'TruncNormal', layer: 'LSTM', std: 0.02 },
];

/** Some layers are large enough to be filled in place, with odd and even numbers of elements. */
function makeModel(): TensorFlow.LayersModel {
  const { layers } = tf;
  const image = tf.input({ shape: [6, 6, 3] });
  const conv = layers.conv2d({ filters: 5, kernelSize: 3, name: 'conv' }).apply(image);
  const norm = layers.batchNormalization({ name: 'norm' }).apply(conv);
  const rows = layers.reshape({ targetShape: [4, 20] }).apply(norm);
  const rnn = layers.lstm({ units: 3, name: 'rnn', recurrentInitializer: 'zeros', unitForgetBias: false }).apply(rows);
  // tfjs's own values would take the longest time of all.
  const zeros = { kernelInitializer: 'zeros' } as const;
  const wide = layers.dense({ units: 300, name: 'wide', kernelConstraint: 'nonNeg', ...zeros }).apply(rnn);
  const even = layers.dense({ units: 301, ...zeros }).apply(wide);
  const odd = layers.dense({ units: 299, name: 'odd', useBias: false, ...zeros }).apply(even);
  return tf.model({
    inputs: image,
    outputs: layers.dense({ units: 1, name: 'head' }).apply(odd) as TensorFlow.SymbolicTensor,
  });
}

async function bytesOf(model: TensorFlow.LayersModel): Promise<readonly string[]> {
  const adapter = tfjs(tf, model);
  const values: string[] = [];
  for (const { path } of adapter.tree().children.flatMap((child) => child.parameters)) {
    values.push(`${path} ${Buffer.from((await adapter.read(path)).bytes).toString('hex')}`);
  }
  return values;
}

function run(model: TensorFlow.LayersModel, options: Parameters<typeof initialize>[2] = {}): Promise<Report> {
  return initialize(tfjs(tf, model), CONFIG, { seed: 5, ...options });
}

/** Of the model on tfjs's cpu backend. */
async function expected(): Promise<{ readonly bytes: readonly string[]; readonly output: number }> {
  await tf.setBackend('cpu');
  const model = makeModel();
  await run(model, { device: 'cpu' });
  const [output = Number.NaN] = await predict(model);
  return { bytes: await bytesOf(model), output };
}

async function predict(model: TensorFlow.LayersModel): Promise<ArrayLike<number> & Iterable<number>> {
  const input = tf.ones([1, 6, 6, 3]);
  const output = model.predict(input) as TensorFlow.Tensor;
  const values = await output.data();
  tf.dispose([input, output]);
  return values;
}

const { bytes: BYTES, output: OUTPUT } = await expected();

function gpuOfBackend(): GpuDevice {
  return (tf.backend() as unknown as { readonly device: GpuDevice }).device;
}

/** What is made on the active GPU device and not destroyed by whoever made it. */
class Watch {
  /** Those of Incipit. */
  readonly buffers: Set<GpuBuffer> = new Set();
  mapped = 0;
  readonly gpu: GpuDevice;
  readonly #create: GpuDevice['createBuffer'];

  constructor() {
    this.gpu = gpuOfBackend();
    const create = this.gpu.createBuffer.bind(this.gpu);
    this.#create = this.gpu.createBuffer;
    this.gpu.createBuffer = (descriptor) => {
      const buffer = create(descriptor);
      const [destroy, map] = [buffer.destroy.bind(buffer), buffer.mapAsync.bind(buffer)];
      if (descriptor.label === 'incipit') this.buffers.add(buffer);
      buffer.destroy = () => {
        this.buffers.delete(buffer);
        destroy();
      };
      buffer.mapAsync = (...args) => {
        this.mapped += 1;
        return map(...args);
      };
      return buffer;
    };
  }

  end(): void {
    this.gpu.createBuffer = this.#create;
  }
}

/** A test on one backend of tfjs. */
function on(backend: string, title: string, check: () => Promise<void>): void {
  const name = `${backend}: ${title}`;
  if (backend === 'webgpu' && noGpu !== undefined) test.skip(`${name} (skipped: ${noGpu})`);
  else
    test(name, async () => {
      assert.ok(await tf.setBackend(backend));
      assert.is(tf.getBackend(), backend);
      await check();
    });
}

for (const backend of ['wasm', 'webgpu']) {
  for (const [kind, make] of Object.entries(ADAPTER_KINDS)) {
    for (const { name, check } of ADAPTER_CASES) on(backend, `${kind}: ${name}`, async () => check(make(tf)));
  }

  for (const device of ['auto', 'cpu'] as const) {
    for (const atomic of [true, false]) {
      on(backend, `device '${device}', atomic ${atomic}: the bits of the cpu backend`, async () => {
        const model = makeModel();
        const { numTensors, numBytes } = tf.memory();
        assert.is((await run(model, { device, atomic })).device, 'cpu');
        assert.equal([tf.memory().numTensors, tf.memory().numBytes], [numTensors, numBytes]);
        assert.equal(await bytesOf(model), BYTES);
        const [output = Number.NaN] = await predict(model);
        assert.ok(Math.abs(output - OUTPUT) < 1e-4 * Math.abs(OUTPUT), `${output} ${OUTPUT}`);
        assert.equal(await bytesOf(model), BYTES);
      });
    }
  }
}

for (const atomic of [true, false]) {
  on(
    'webgpu',
    `filled on tfjs's GPU, atomic ${atomic}: nothing is read back, no buffer or tensor is left`,
    async () => {
      const model = makeModel();
      const watch = new Watch();
      const { numTensors, numBytes } = tf.memory();
      const report = await run(model, { device: 'webgpu', atomic });
      assert.is(report.device, 'webgpu');
      assert.is(watch.mapped, 0);
      assert.is(watch.buffers.size, 0);
      assert.equal([tf.memory().numTensors, tf.memory().numBytes], [numTensors, numBytes]);
      watch.end();
      const [output = Number.NaN] = await predict(model);
      assert.ok(Math.abs(output - OUTPUT) < 1e-4 * Math.abs(OUTPUT), `${output} ${OUTPUT}`);
      assert.equal(await bytesOf(model), BYTES);
    },
  );
}

on('webgpu', "a device that was made on tfjs's GPU goes without it", async () => {
  const device = await createWebGpuDevice(gpuOfBackend());
  const model = makeModel();
  await run(model, { device });
  device.dispose();
  assert.equal(await bytesOf(model), BYTES);
});

on('webgpu', 'what the GPU does not fill passes through the host, beside what it does', async () => {
  const make = (): TensorFlow.LayersModel => {
    const orthogonal = tf.layers.dense({ units: 8, inputShape: [6], kernelInitializer: 'orthogonal', name: 'square' });
    return tf.sequential({ layers: [orthogonal, tf.layers.dense({ units: 5, name: 'head' })] });
  };
  const models = [make(), make()] as const;
  for (const [index, device] of (['cpu', 'webgpu'] as const).entries()) {
    const adapter = tfjs(tf, models[index] ?? make(), { fresh: true });
    assert.is((await initialize(adapter, [], { device })).steps.length, 4);
  }
  assert.equal(await bytesOf(models[1]), await bytesOf(models[0]));
});

on('webgpu', 'a model that was initialised on the GPU trains, and all its memory is free after it', async () => {
  const memory = (): number => (tf.memory() as unknown as { readonly numBytesInGPU: number }).numBytesInGPU;
  const before = memory();
  const model = makeModel();
  await run(model, { device: 'webgpu' });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const [x, y] = [tf.ones([2, 6, 6, 3]), tf.zeros([2, 1])];
  const { history } = await model.fit(x, y, { epochs: 2, verbose: 0 });
  const [first = 0, second = 0] = (history['loss'] ?? []) as number[];
  assert.ok(Number.isFinite(second) && second !== first);
  tf.dispose([x, y]);
  model.dispose();
  await tf.ones([1]).square().data();
  assert.ok(memory() <= before + 64, `${memory()} ${before}`);
});

on('webgpu', 'buffers that do not fit are refused, all of them, and destroyed', async () => {
  const model = makeModel();
  const adapter = tfjs(tf, model);
  await run(model, { device: 'webgpu' });
  const watch = new Watch();
  const bufferOf = (size: number): GpuBuffer => watch.gpu.createBuffer({ size, usage: 0x8c, label: 'incipit' });
  for (const [path, size] of [
    ['head.bias', 8],
    ['head.kernel', 4],
    ['head.nothing', 4],
  ] as const) {
    const writes = [
      { path: 'conv.bias', buffer: bufferOf(20) },
      { path, buffer: bufferOf(size) },
    ];
    const error = await Promise.resolve(adapter.writeBuffers?.(writes)).catch((reason: unknown) => reason);
    assert.instance(error, AdapterError);
    assert.is((error as AdapterError).path, path);
    assert.is(watch.buffers.size, 0);
  }
  watch.end();
  assert.equal(await bytesOf(model), BYTES);
});

on('webgpu', "a copy that the GPU refuses is the GPU's error, and the model is wholly old", async () => {
  const model = makeModel();
  await run(model, { device: 'webgpu' });
  const watch = new Watch();
  const { numTensors } = tf.memory();
  const adapter = tfjs(tf, model);
  // What is destroyed cannot be copied from.
  const buffers = [20, 540].map((size) => watch.gpu.createBuffer({ size, usage: 0x8c }));
  buffers[1]?.destroy();
  const writes = ['conv.bias', 'conv.kernel'].flatMap((path, index) => {
    const buffer = buffers[index];
    return buffer === undefined ? [] : [{ path, buffer }];
  });
  const error = await Promise.resolve(adapter.writeBuffers?.(writes)).catch((reason: unknown) => reason);
  watch.end();
  assert.is((error as AdapterError).code, 'write-failed');
  assert.match((error as AdapterError).message, /destroyed/);
  assert.is(tf.memory().numTensors, numTensors);
  assert.equal(await bytesOf(model), BYTES);
});

// The last, since the backend does not outlive its GPU.
on('webgpu', 'a GPU that is lost in the middle of a run: the CPU makes all values, with the same bits', async () => {
  const model = makeModel();
  const watch = new Watch();
  const onProgress = (): void => watch.gpu.destroy();
  const report = await run(model, { device: 'webgpu', onProgress });
  assert.is(report.device, 'cpu');
  assert.equal(
    report.warnings.map(({ code }) => code),
    ['device-lost'],
  );
  assert.is(watch.buffers.size, 0);
  assert.equal(await bytesOf(model), BYTES);
});

test.run();
