import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceLostError } from '../../errors.js';
import type { GpuDevice } from '../../ir/gpu.js';
import { lower } from '../../kernels/lower.js';
import { type CpuDevice, createCpuDevice } from '../cpu-device.js';
import { deviation, distance, vectors } from '../testing/orthonormal.js';
import { testGpu } from '../testing/test-gpu.js';
import { replacingOnGpu, WatchedGpu } from '../testing/watched-gpu.js';
import { TvmRuntime } from '../tvm-runtime.js';
import { WebGpuDevice } from '../webgpu-device.js';

interface Context {
  cpu: CpuDevice;
  /** One for all that leave it as it is: shaders take SwiftShader a second. */
  mortal: MortalGpu;
  watched: WatchedGpu;
  device: WebGpuDevice;
}

const found = await testGpu();
const test = suite<Context>('runtime/webgpu/orthogonal-run');

test.before(async (context) => {
  context.cpu = await createCpuDevice();
  if ('gpu' in found) Object.assign(context, await mortalDevice(found.gpu));
});
test.after(({ cpu, device }) => {
  cpu.dispose();
  device?.dispose();
  if ('gpu' in found) found.gpu.destroy();
});

function onGpu(title: string, check: (context: Context, gpu: GpuDevice) => Promise<void>): void {
  if ('gpu' in found) test(title, (context) => check(context, found.gpu));
  else test.skip(`${title} (skipped: ${found.reason})`);
}

function law(rows: number, columns: number, gain = 1) {
  return { kind: 'orthogonal', rows, columns, gain } as const;
}

function gaussian(cpu: CpuDevice, count: number): Float32Array {
  const out = new Float32Array(count);
  cpu.fill(lower({ kind: 'normal', mean: 0, std: 1 }, 'float32', '00000000000000ff'), new Uint8Array(out.buffer), 0);
  return out;
}

/** A device that factorises whatever it gets on its GPU, be that software. */
async function factorising(gpu: GpuDevice): Promise<WebGpuDevice> {
  return new WebGpuDevice(gpu, await TvmRuntime.load(), false, 1);
}

/** A GPU device that is destroyed after some submissions. */
class MortalGpu {
  submissionsLeft = Number.POSITIVE_INFINITY;
  readonly gpu: GpuDevice;

  constructor(gpu: GpuDevice) {
    const { queue } = gpu;
    this.gpu = replacingOnGpu(gpu, {
      queue: {
        submit: (commands) => {
          queue.submit(commands);
          this.submissionsLeft -= 1;
          if (this.submissionsLeft === 0) gpu.destroy();
        },
        writeBuffer: (...args) => queue.writeBuffer(...args),
        onSubmittedWorkDone: () => queue.onSubmittedWorkDone(),
      },
    });
  }
}

async function mortalDevice(gpu: GpuDevice): Promise<Omit<Context, 'cpu'>> {
  const mortal = new MortalGpu(gpu);
  const watched = new WatchedGpu(mortal.gpu);
  return { mortal, watched, device: await factorising(watched.gpu) };
}

const SHAPES = [
  [1, 1],
  [65, 65],
  [140, 140],
  [300, 100],
  [70, 200],
  [7, 1],
] as const;
onGpu("matrices of one block and several, of any form, are orthonormal and the CPU's", async (context) => {
  const { cpu, watched, device } = context;
  for (const [rows, columns] of SHAPES) {
    const source = gaussian(cpu, rows * columns);
    const before = source.slice();
    const { submitted } = watched;
    const got = vectors(await device.orthogonalize(law(rows, columns), source), rows, columns);
    assert.equal(source, before, 'the source stays');
    assert.ok(watched.submitted > submitted, 'by the GPU');
    assert.is(watched.buffers.size, 0, 'no buffer is left');
    const off = deviation(got);
    const far = distance(got, vectors(await cpu.orthogonalize(law(rows, columns), source), rows, columns));
    const measured = `|QᵀQ - 1| ${off.toExponential(1)}, from the CPU's ${far.toExponential(1)}`;
    console.log(`# ${rows} × ${columns} on the GPU: ${measured}`);
    assert.ok(off <= 2e-6 * Math.sqrt(Math.max(rows, columns)), `${off}`);
    assert.ok(far <= 1e-4, `${far}`);
  }
});

onGpu(
  'the gain multiplies every element, of runs that share the device and leave timers their turns',
  async (context) => {
    const { cpu, device } = context;
    const source = gaussian(cpu, 90 * 70);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const [plain, scaled] = await Promise.all([1, -0.5].map((gain) => device.orthogonalize(law(90, 70, gain), source)));
    clearInterval(timer);
    assert.ok(scaled?.every((value, i) => value === -0.5 * (plain?.[i] ?? Number.NaN)));
    assert.ok(turns > 0);
  },
);

onGpu('zeros, and columns that repeat, give orthonormal columns too', async ({ cpu, device }) => {
  const zeros = new Float32Array(90 * 70);
  assert.equal(await device.orthogonalize(law(90, 70), zeros), await cpu.orthogonalize(law(90, 70), zeros));
  const ones = await device.orthogonalize(law(90, 70), zeros.fill(1));
  assert.ok(deviation(vectors(ones, 90, 70)) < 1e-5);
});

onGpu(
  'software, and a GPU without room for a matrix, leave it to the wasm: the bits of the CPU',
  async ({ cpu }, gpu) => {
    const software = new WatchedGpu(replacingOnGpu(gpu, { adapterInfo: { description: 'SwiftShader' } }));
    const limits = { maxBufferSize: 1 << 28, maxStorageBufferBindingSize: 128 * 128 * 4 - 1 };
    const small = new WatchedGpu(replacingOnGpu(gpu, { limits }));
    const source = gaussian(cpu, 80 * 80);
    const expected = await cpu.orthogonalize(law(80, 80), source);
    for (const [watched, device] of [
      [software, new WebGpuDevice(software.gpu, await TvmRuntime.load(), false)],
      [small, await factorising(small.gpu)],
    ] as const) {
      assert.equal(await device.orthogonalize(law(80, 80), source), expected);
      assert.is(watched.submitted, 0);
      device.dispose();
    }
  },
);

/** Asks for a matrix of 7 submissions, of which this one is the GPU's last. */
async function lose({ cpu, mortal, watched, device }: Context, submission: number): Promise<void> {
  watched.submitted = 0;
  mortal.submissionsLeft = submission;
  const failure = await device.orthogonalize(law(100, 100), gaussian(cpu, 10_000)).catch((error: unknown) => error);
  assert.instance(failure, DeviceLostError);
  assert.is(watched.submitted, submission);
  assert.is(watched.buffers.size, 0);
  assert.is(device.buffers, 0);
}

onGpu('a GPU that is lost while blocks are made is a typed error, and no buffer is left', async ({ cpu }) => {
  const own = await testGpu();
  assert.ok('gpu' in own);
  const context = { cpu, ...(await mortalDevice(own.gpu)) };
  await lose(context, 3);
  context.device.dispose();
});

// The last test: the others' GPU is gone then.
onGpu('so is one that is lost while the matrix is read back', (context) => lose(context, 7));

test.run();
