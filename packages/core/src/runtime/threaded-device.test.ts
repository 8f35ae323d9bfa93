import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../errors.js';
import { byteSize, FLOAT_DTYPES } from '../ir/dtype.js';
import type { ElementLaw } from '../ir/law.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import { lower } from '../kernels/lower.js';
import { type CpuDevice, createCpuDevice } from './cpu-device.js';
import type { FillJob } from './device.js';
import { silentWorker, WatchedWorkers } from './testing/watched-workers.js';
import { ThreadedDevice } from './threaded-device.js';
import { WorkerPool, type WorkerPoolOptions } from './threads/worker-pool.js';

interface Context {
  cpu: CpuDevice;
  workers: WatchedWorkers;
  device: ThreadedDevice;
}

const test = suite<Context>('ThreadedDevice');
const KEY = [0x9e3779b9, 0x7f4a7c15] as const;
const NORMAL = lower({ kind: 'normal', mean: 0, std: 1 }, 'float32', KEY);
/** Enough for a run on all threads, once there are workers, and enough to start them. */
const SHARED_ELEMENTS = 1 << 19;
const STARTING_ELEMENTS = 1 << 20;

const LAWS: readonly ElementLaw[] = [
  { kind: 'constant', value: 0.1 },
  { kind: 'uniform', low: -0.05, high: 0.05 },
  { kind: 'normal', mean: 0, std: 0.02 },
  { kind: 'normal', mean: -0.3, std: 1 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 },
  { kind: 'truncated-normal', mean: 0.7, std: 0.25, low: 0, high: 1 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: 3, high: 3.015 },
];
const MEMORIES = {
  shared: (bytes: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(bytes)),
  'not shared': (bytes: number): Uint8Array => new Uint8Array(bytes),
} as const;

function deviceWith(cpu: CpuDevice, workers = 1, options: WorkerPoolOptions = {}): ThreadedDevice {
  return new ThreadedDevice(cpu, new WorkerPool(workers, options));
}

/** Starts the workers, and waits until all of them have begun to work. */
async function warmUp({ device, workers }: Pick<Context, 'device' | 'workers'>): Promise<void> {
  const out = MEMORIES.shared(4 * STARTING_ELEMENTS);
  await device.fillAll([{ call: NORMAL, out, offset: 0 }]);
  while (workers.count('ready') < device.threads - 1) await sleep(5);
}

function sameAs(cpu: CpuDevice, { call, out, offset }: FillJob): boolean {
  const expected = new Uint8Array(out.byteLength);
  cpu.fill(call, expected, offset);
  return Buffer.compare(out, expected) === 0;
}

test.before(async (context) => {
  context.cpu = await createCpuDevice();
  context.workers = new WatchedWorkers();
  context.device = deviceWith(context.cpu, 2, { spawn: context.workers.spawn });
  await warmUp(context);
});
test.after(({ device }) => device.dispose());

for (const [memory, allocate] of Object.entries(MEMORIES)) {
  for (const dtype of FLOAT_DTYPES) {
    test(`every law gives ${dtype} in memory that is ${memory} the bits of one thread`, async ({ cpu, device }) => {
      for (const [index, law] of LAWS.entries()) {
        const call = lower(law, dtype, KEY);
        const count = SHARED_ELEMENTS + 1 + 2 * index;
        const job = { call, out: allocate(count * byteSize(dtype)), offset: 2 ** 32 - 12345 + index };
        await device.fillAll([job]);
        assert.ok(sameAs(cpu, job), JSON.stringify(law));
      }
    });
  }

  test(`many jobs of all sizes in memory that is ${memory} have the bits of one thread`, async ({ cpu, device }) => {
    const sizes = [1, 700_001, 3, 0, 262_144, 262_143, ...Array.from({ length: 500 }, (_, i) => 3 * i)];
    const jobs = sizes.map((count, index) => {
      const dtype = FLOAT_DTYPES[index % 3] ?? 'float32';
      const call = lower(LAWS[index % LAWS.length] ?? { kind: 'constant', value: 0 }, dtype, [index, 1]);
      return { call, out: allocate(count * byteSize(dtype)), offset: index };
    });
    await device.fillAll(jobs);
    for (const [index, job] of jobs.entries()) assert.ok(sameAs(cpu, job), `job ${index}`);
  });
}

test('workers take part: in place where memory is shared, by few messages where it is not', async (context) => {
  const { device, workers } = context;
  const before = workers.count('shared-run');
  await device.fill(NORMAL, MEMORIES.shared(4 * STARTING_ELEMENTS), 0);
  assert.is(workers.count('shared-run'), before + 2);
  assert.is(workers.count('run-done'), workers.count('shared-run'));
  const small = Array.from({ length: 2000 }, () => ({ call: NORMAL, out: new Uint8Array(4000), offset: 0 }));
  const portions = workers.count('portion');
  await device.fillAll(small);
  const messages = workers.count('portion') - portions;
  assert.ok(messages > 0 && messages < 20, `${messages} messages for 2,000 outputs`);
});

test('runs that are asked for at once follow one another', async ({ cpu, device }) => {
  const jobs = [1, 2, 3].map((offset) => ({ call: NORMAL, out: MEMORIES.shared(4 * SHARED_ELEMENTS), offset }));
  await Promise.all(jobs.map((job) => device.fillAll([job])));
  for (const job of jobs) assert.ok(sameAs(cpu, job));
});

for (const [memory, allocate] of Object.entries(MEMORIES)) {
  test(`a worker killed at work in memory that is ${memory}: the bits are the same, and it is replaced`, async ({
    cpu,
  }) => {
    const workers = new WatchedWorkers();
    const device = deviceWith(cpu, 1, { spawn: workers.spawn });
    await warmUp({ device, workers });
    workers.killNext();
    const job = { call: NORMAL, out: allocate(4 * STARTING_ELEMENTS), offset: 7 };
    await device.fillAll([job]);
    assert.ok(sameAs(cpu, job));
    assert.is(device.workers, 0);
    await device.fillAll([{ ...job, offset: 8 }]);
    assert.is(workers.started, 2);
  });

  test(`a worker that falls silent in memory that is ${memory} is given up`, async ({ cpu }) => {
    const device = deviceWith(cpu, 1, { spawn: () => silentWorker('ready'), patience: 20 });
    for (const offset of [1, 2]) {
      const job = { call: NORMAL, out: allocate(4 * STARTING_ELEMENTS), offset };
      await device.fillAll([job]);
      assert.ok(sameAs(cpu, job));
    }
  });
}

test('a kernel that fails on every thread is a typed error, and the device goes on', async ({ cpu, device }) => {
  const broken: KernelCall = { ...NORMAL, args: [] };
  for (const allocate of Object.values(MEMORIES)) {
    const job = { call: broken, out: allocate(4 * SHARED_ELEMENTS), offset: 0 };
    const failure = await device.fillAll([job]).catch((error: unknown) => error);
    assert.instance(failure, DeviceError);
    const next = { ...job, call: NORMAL };
    await device.fillAll([next]);
    assert.ok(sameAs(cpu, next));
  }
});

test('without workers one thread does it all', async ({ cpu }) => {
  const refusals: readonly WorkerPoolOptions[] = [
    { spawn: () => silentWorker('failed') },
    {
      spawn: () => {
        throw new Error('a policy forbids workers');
      },
    },
  ];
  for (const options of refusals) {
    const job = { call: NORMAL, out: MEMORIES.shared(4 * STARTING_ELEMENTS), offset: 0 };
    await deviceWith(cpu, 1, options).fillAll([job]);
    assert.ok(sameAs(cpu, job));
  }
});

test('a small run starts no worker, and a large one does', async ({ cpu }) => {
  const workers = new WatchedWorkers();
  const device = deviceWith(cpu, 1, { spawn: workers.spawn, idle: 20 });
  await device.fillAll([{ call: NORMAL, out: MEMORIES.shared(4 * (STARTING_ELEMENTS - 1)), offset: 0 }]);
  assert.is(workers.started, 0);
  await device.fillAll([{ call: NORMAL, out: MEMORIES.shared(4 * STARTING_ELEMENTS), offset: 0 }]);
  assert.is(workers.started, 1);
});

test('idle workers stop by themselves', async ({ cpu }) => {
  const workers = new WatchedWorkers();
  const device = deviceWith(cpu, 2, { spawn: workers.spawn, idle: 20 });
  await device.fillAll([{ call: NORMAL, out: MEMORIES.shared(4 * STARTING_ELEMENTS), offset: 0 }]);
  assert.is(device.workers, 2);
  for (let waited = 0; device.workers > 0 && waited < 5000; waited += 10) await sleep(10);
  assert.is(device.workers, 0);
});

test.run();
