import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DeviceError, DeviceLostError } from '../errors.js';
import { byteSize, FLOAT_DTYPES, type FloatDType } from '../ir/dtype.js';
import type { GpuDevice } from '../ir/gpu.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import { lower } from '../kernels/lower.js';
import { fillReference } from '../kernels/reference/fill-reference.js';
import type { Words } from '../rng/threefry.js';
import { createWebGpuDevice } from './create-webgpu-device.js';
import type { BufferTask, FillJob } from './device.js';
import { readBack } from './testing/read-back.js';
import { testGpu } from './testing/test-gpu.js';
import { fillableGpu, WatchedGpu } from './testing/watched-gpu.js';

const KEY: Words = [5, 6];
const NORMAL_LAW = { kind: 'normal', mean: 0, std: 1 } as const;
const NORMAL = lower(NORMAL_LAW, 'float32', KEY);
const UNIFORM = lower({ kind: 'uniform', low: 0, high: 1 }, 'bfloat16', KEY);

const jobOf = (call: KernelCall, count: number, offset = 0): FillJob => ({
  call,
  out: new Uint8Array(count * (call.dtype === 'float32' ? 4 : 2)),
  offset,
});

function isReference({ call, out, offset }: FillJob): boolean {
  const expected = new Uint8Array(out.byteLength);
  fillReference(call, expected, offset);
  return Buffer.compare(out, expected) === 0;
}

async function errorOf(action: Promise<unknown>): Promise<DeviceError> {
  return action.then(
    () => assert.unreachable('nothing was thrown') as never,
    (error: unknown) => error as DeviceError,
  );
}

const found = await testGpu();
const test = suite('runtime/webgpu-device');
type Check = (gpu: GpuDevice) => Promise<void>;

/** A test that has a GPU device of its own. */
function onGpu(title: string, check: Check): void {
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

onGpu('many small slices of several laws are one submission and one readback', async (gpu) => {
  const watched = new WatchedGpu(gpu);
  const device = await createWebGpuDevice(watched.gpu);
  const jobs = Array.from({ length: 300 }, (_, i) => jobOf(i % 2 === 0 ? NORMAL : UNIFORM, 100 + i, i));
  await device.fillAll(jobs);
  // The dispatches of all laws are one; the copy to where the CPU can see it is the other.
  assert.is(watched.submitted, 2);
  assert.is(watched.mapped, 1);
  assert.ok(jobs.every(isReference));
  device.dispose();
});

onGpu('a slice larger than the memory that it goes through is whole', async (gpu) => {
  const watched = new WatchedGpu(gpu);
  const device = await createWebGpuDevice(watched.gpu);
  const call = lower({ kind: 'constant', value: 0.5 }, 'float32', KEY);
  const jobs = [jobOf(NORMAL, 3), jobOf(call, (1 << 23) + 12_345, 7), jobOf(UNIFORM, 5, 3)];
  await device.fillAll(jobs);
  assert.ok(jobs.every(isReference));
  assert.is(watched.mapped, 3);
  device.dispose();
});

onGpu('bytes of any alignment are filled, and those beside them left alone', async (gpu) => {
  const device = await createWebGpuDevice(gpu);
  for (const call of [NORMAL, UNIFORM]) {
    const size = call.dtype === 'float32' ? 4 : 2;
    const memory = new Uint8Array(33 * size + 2).fill(0xa5);
    const out = memory.subarray(1, 1 + 33 * size);
    await device.fill(call, out, 1);
    assert.ok(isReference({ call, out, offset: 1 }));
    assert.equal([memory[0], memory.at(-1)], [0xa5, 0xa5]);
  }
  await device.fill(NORMAL, new Uint8Array(0), 0);
  device.dispose();
});

onGpu('no buffer is left after a call, also one that failed', async (gpu) => {
  const device = await createWebGpuDevice(gpu);
  await device.fillAll([jobOf(NORMAL, 1000), jobOf(UNIFORM, 1 << 20)]);
  assert.is(device.buffers, 0);
  const error = await errorOf(device.fill({ ...NORMAL, kernel: 'incipit.absent' }, new Uint8Array(4), 0));
  assert.is(error.code, 'missing-function');
  assert.is(device.buffers, 0);
  device.dispose();
  assert.is((await errorOf(device.fill(NORMAL, new Uint8Array(4), 0))).code, 'disposed-device');
});

onGpu('calls of two runs that share the device take turns', async (gpu) => {
  const device = await createWebGpuDevice(gpu);
  const runs = [1, 2, 3].map((key) => [jobOf({ ...NORMAL, key: [key, 0] }, 5000), jobOf(UNIFORM, 3000, key)]);
  await Promise.all(runs.map((jobs) => device.fillAll(jobs)));
  assert.ok(runs.flat().every(isReference));
  device.dispose();
});

onGpu("a framework's device outlives the one on it, and an owned one does not", async (gpu) => {
  for (const owned of [false, true]) {
    const device = await createWebGpuDevice(gpu, { owned });
    await device.fill(NORMAL, new Uint8Array(400), 0);
    device.dispose();
    device.dispose();
    const lost = await Promise.race([gpu.lost.then(() => true), gpu.queue.onSubmittedWorkDone().then(() => false)]);
    assert.is(lost, owned);
  }
});

onGpu('a device that is lost in the middle of a call is a typed error, then and later', async (gpu) => {
  const device = await createWebGpuDevice(gpu);
  await device.fill(NORMAL, new Uint8Array(4), 0);
  const filling = errorOf(device.fill(NORMAL, new Uint8Array(1 << 25), 0));
  setTimeout(() => gpu.destroy(), 5);
  const error = await filling;
  assert.instance(error, DeviceLostError);
  assert.is(error.code, 'device-lost');
  assert.ok(device.lost);
  assert.instance(await errorOf(device.fill(NORMAL, new Uint8Array(4), 0)), DeviceLostError);
  assert.is(device.buffers, 0);
  device.dispose();
});

onGpu('memory of the GPU that is full is a typed error, and the device goes on', async (gpu) => {
  const fillable = fillableGpu(gpu);
  const device = await createWebGpuDevice(fillable.gpu);
  const job = jobOf(NORMAL, 1000);
  await device.fillAll([job]);
  fillable.setFull(true);
  assert.is((await errorOf(device.fillAll([job]))).code, 'out-of-memory');
  assert.is(device.buffers, 0);
  fillable.setFull(false);
  job.out.fill(0);
  await device.fillAll([job]);
  assert.ok(isReference(job));
  device.dispose();
});

/** A tensor in runs that begin at even and odd elements; `lengths` are theirs. */
function taskOf(dtype: FloatDType, key: number, lengths: readonly number[]): BufferTask {
  let end = 0;
  const runs = lengths.map((length, index) => {
    const start = end;
    end += length;
    const call = lower(index % 3 === 1 ? { kind: 'constant', value: 3 } : NORMAL_LAW, dtype, [key, 9]);
    return { call, start, end };
  });
  return { dtype, elements: end, runs };
}

onGpu(
  "tensors in buffers of the GPU hold the reference, whatever their size and runs, and are the caller's",
  async (gpu) => {
    const device = await createWebGpuDevice(gpu);
    const tasks = FLOAT_DTYPES.flatMap((dtype, key) => [
      taskOf(dtype, key, [1]),
      taskOf(dtype, key, [3, 5, 1, 1, 7, 4]),
      taskOf(dtype, key, [0]),
      taskOf(dtype, key, [1001]),
      // Filled in place.
      taskOf(dtype, key, [99_999, 1, 200_000]),
      // Large, and ends in the middle of a cell.
      taskOf(dtype, key, [99_999, 1, 200_001]),
    ]);
    const buffers = await device.fillBuffers(tasks);
    assert.is(device.buffers, 0);
    device.dispose();
    for (const [index, { dtype, elements, runs }] of tasks.entries()) {
      const buffer = buffers[index];
      assert.ok(buffer);
      const bytes = await readBack(gpu, buffer);
      const size = byteSize(dtype);
      assert.is(bytes.length, Math.max(4, Math.ceil((elements * size) / 4) * 4));
      for (const { call, start, end } of runs) {
        assert.ok(
          isReference({ call, out: bytes.subarray(start * size, end * size), offset: start }),
          `${dtype} ${start}`,
        );
      }
      buffer.destroy();
    }
  },
);

onGpu('a thousand small tensors in buffers are one dispatch a law', async (gpu) => {
  const watched = new WatchedGpu(gpu);
  const device = await createWebGpuDevice(watched.gpu);
  const tasks = Array.from({ length: 1000 }, (_, key) => taskOf('float32', key, [1000]));
  const buffers = await device.fillBuffers(tasks);
  assert.is(watched.submitted, 2);
  assert.is(new Set(buffers).size, 1000);
  for (const buffer of buffers) buffer.destroy();
  device.dispose();
});

onGpu('no buffer is left when tensors cannot be filled', async (gpu) => {
  const device = await createWebGpuDevice(gpu);
  const [run] = taskOf('float32', 1, [40]).runs;
  assert.ok(run);
  const bad: BufferTask = { dtype: 'float32', elements: 40, runs: [{ ...run, call: { ...run.call, args: [1] } }] };
  assert.is((await errorOf(device.fillBuffers([taskOf('float32', 1, [500_000]), bad]))).code, 'type-error');
  assert.is(device.buffers, 0);
  device.dispose();
});

for (const [what, call, code] of [
  ['too few arguments', { ...NORMAL, args: [1] }, 'type-error'],
  ['a float that float32 would round', { ...NORMAL, args: [0.1, -1, 1] }, 'value-error'],
  ['a word that is no unsigned integer', { ...UNIFORM, args: [0.5, 0, 1, 0, 1] }, 'value-error'],
] as const) {
  onGpu(`${what}: refused as ${code}`, async (gpu) => {
    const device = await createWebGpuDevice(gpu);
    assert.is((await errorOf(device.fill(call, new Uint8Array(8), 0))).code, code);
    device.dispose();
  });
}

test.run();
