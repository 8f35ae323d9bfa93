import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../errors.js';
import { lower } from '../../kernels/lower.js';
import { type CpuDevice, createCpuDevice } from '../cpu-device.js';
import { silentWorker, WatchedWorkers } from '../testing/watched-workers.js';
import { ThreadedDevice } from '../threaded-device.js';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.js';

const test = suite<{ cpu: CpuDevice }>('orthogonal matrices on several threads');

/** Large enough to start workers. */
const LARGE = [1024, 1024] as const;
const STARTING_ELEMENTS = 1 << 20;
const NORMAL = lower({ kind: 'normal', mean: 0, std: 1 }, 'float32', '00000000000000aa');

function law(rows: number, columns: number, gain = 1.5) {
  return { kind: 'orthogonal', rows, columns, gain } as const;
}

function gaussian(device: CpuDevice, count: number): Float32Array {
  const out = new Float32Array(count);
  device.fill(NORMAL, new Uint8Array(out.buffer), 0);
  return out;
}

/** Its workers stay, however long a busy machine takes between two runs. */
function deviceWith(cpu: CpuDevice, workers: number, options: WorkerPoolOptions): ThreadedDevice {
  return new ThreadedDevice(cpu, new WorkerPool(workers, { idle: 600_000, ...options }));
}

/** Starts the workers, and waits until all of them can work: on a busy machine a run begins without the last ones. */
async function warmUp(device: ThreadedDevice, workers: WatchedWorkers): Promise<void> {
  const out = new Uint8Array(new SharedArrayBuffer(4 * STARTING_ELEMENTS));
  await device.fillAll([{ call: NORMAL, out, offset: 0 }]);
  while (workers.count('ready') < device.threads - 1) await sleep(5);
}

test.before(async (context) => {
  context.cpu = await createCpuDevice();
});
test.after(({ cpu }) => cpu.dispose());

for (const threads of [2, 3, 5]) {
  test(`the bits of ${threads} threads are those of one, whatever the shape`, async ({ cpu }) => {
    const workers = new WatchedWorkers();
    const device = deviceWith(cpu, threads - 1, { spawn: workers.spawn });
    await warmUp(device, workers);
    const fills = workers.count('run-done');
    for (const [rows, columns] of [LARGE, [400, 1101], [1101, 400], [3500, 200], [768, 500]]) {
      const source = gaussian(cpu, rows * columns);
      const before = source.slice();
      const expected = await cpu.orthogonalize(law(rows, columns), source);
      const got = await device.orthogonalize(law(rows, columns), source);
      assert.ok(Buffer.compare(bytesOf(got), bytesOf(expected)) === 0, `${rows} × ${columns}`);
      assert.equal(source, before, 'the source stays');
    }
    // 200 columns are four blocks, for four threads.
    const expected = 4 * (threads - 1) + Math.min(threads, 4) - 1;
    assert.is(workers.count('orthogonal-run'), expected);
    assert.is(workers.count('run-done') - fills, expected);
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

test('a small matrix starts no worker', async ({ cpu }) => {
  const workers = new WatchedWorkers();
  const device = deviceWith(cpu, 1, { spawn: workers.spawn });
  await device.orthogonalize(law(512, 512), gaussian(cpu, 512 * 512));
  assert.is(workers.started, 0);
});

test('a worker killed at work: the matrix is the same', async ({ cpu }) => {
  const workers = new WatchedWorkers();
  const device = deviceWith(cpu, 2, { spawn: workers.spawn });
  const source = gaussian(cpu, LARGE[0] * LARGE[1]);
  await warmUp(device, workers);
  workers.killNext();
  const got = await device.orthogonalize(law(...LARGE), source);
  assert.equal(got, await cpu.orthogonalize(law(...LARGE), source));
  assert.is(workers.count('orthogonal-run'), 2);
  await device.orthogonalize(law(...LARGE), source);
  assert.is(workers.started, 3);
});

test('where there are no workers, or silent ones, one thread does it all', async ({ cpu }) => {
  const source = gaussian(cpu, LARGE[0] * LARGE[1]);
  const expected = await cpu.orthogonalize(law(...LARGE), source);
  const refusals: readonly WorkerPoolOptions[] = [
    { spawn: () => silentWorker('failed') },
    { spawn: () => silentWorker('ready'), patience: 20 },
    {
      spawn: () => {
        throw new Error('a policy forbids workers');
      },
    },
  ];
  for (const options of refusals) {
    assert.equal(await deviceWith(cpu, 1, options).orthogonalize(law(...LARGE), source), expected);
  }
});

test('a failure on this thread is a typed error, and the workers go on to the next', async () => {
  const cpu = await createCpuDevice();
  const workers = new WatchedWorkers();
  const device = deviceWith(cpu, 1, { spawn: workers.spawn });
  const source = gaussian(cpu, LARGE[0] * LARGE[1]);
  await warmUp(device, workers);
  const fills = workers.count('run-done');
  const running = device.orthogonalize(law(...LARGE), source).catch((error: unknown) => error);
  // In the middle of the run: this thread's next step fails, and the worker waits for its columns.
  while (workers.count('orthogonal-run') === 0) await new Promise((resolve) => setImmediate(resolve));
  cpu.dispose();
  const failure = await running;
  assert.instance(failure, DeviceError);
  assert.is((failure as DeviceError).code, 'disposed-device');
  assert.is(workers.count('run-done') - fills, 1);
});

for (const threads of [1, 2]) {
  test(`timers run while ${threads} threads are at work`, async ({ cpu }) => {
    const device = threads === 1 ? cpu : deviceWith(cpu, threads - 1, {});
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 1);
    await device.orthogonalize?.(law(...LARGE), gaussian(cpu, LARGE[0] * LARGE[1]));
    clearInterval(timer);
    assert.ok(ticks > 0);
  });
}

test.run();
