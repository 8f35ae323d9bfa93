import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { byteSize, FLOAT_DTYPES, type FloatDType } from '../ir/dtype.js';
import { STREAM_ROUNDS, threefry, type Words } from '../rng/threefry.js';
import { createCpuDevice } from '../runtime/cpu-device.js';
import { createWebGpuDevice } from '../runtime/create-webgpu-device.js';
import type { Device } from '../runtime/device.js';
import { fillJobs } from '../runtime/fill-jobs.js';
import { testGpu } from '../runtime/testing/test-gpu.js';
import type { KernelCall } from './kernel-call.js';
import { lower } from './lower.js';
import { fillReference } from './reference/fill-reference.js';
import { BIT_KEY, blockOf, callsOf, EXTREME_CALLS, EXTREME_WORDS } from './testing/bit-cases.js';

const CALLS = callsOf(BIT_KEY);

/** Some elements of a call's stream. */
interface Slice {
  readonly call: KernelCall;
  readonly offset: number;
  readonly count: number;
}

function reference({ call, offset, count }: Slice): Uint8Array {
  const out = new Uint8Array(count * byteSize(call.dtype));
  fillReference(call, out, offset);
  return out;
}

/** All slices, filled together. */
async function assertReference(device: Device, slices: readonly Slice[]): Promise<void> {
  const jobs = slices.map((slice) => ({ ...slice, out: new Uint8Array(slice.count * byteSize(slice.call.dtype)) }));
  await fillJobs(device, jobs);
  for (const { out, ...slice } of jobs) {
    const { call, offset, count } = slice;
    const same = Buffer.compare(out, reference(slice)) === 0;
    assert.ok(same, `${call.kernel} ${call.dtype} [${offset}, +${count}) of ${call.args.join(', ')}`);
  }
}

const slicesOf = (calls: readonly KernelCall[], ranges: readonly (readonly [offset: number, count: number])[]) =>
  calls.flatMap((call) => ranges.map(([offset, count]): Slice => ({ call, offset, count })));

// Element 2^33 is in block 2^32, where the counter carries into its high word; 2^32 is where an index would wrap.
const CARRIES = [2 ** 32, 2 ** 33, 3 * 2 ** 33, 2 ** 45] as const;

const COUNTS = [1, 2, 3, 4, 5, 7, 8, 9, 15, 17];
const ANY = [0, 1, 2, 3, 2047, 2048, 2049].flatMap((offset) => COUNTS.map((count) => [offset, count] as const));
const ACROSS_BLOCKS = [
  [0, 4096],
  [1, 4095],
  [2047, 4099],
  [4095, 2050],
] as const;
const LAST = Number.MAX_SAFE_INTEGER - 9;
const SEEDS = Array.from({ length: 10 }, (_, seed): Words => threefry([seed, 0], [1, 2], 20));
const PATTERNS: Readonly<Record<FloatDType, number>> = { float32: 0x3dcccccd, float16: 0x2e66, bfloat16: 0x3dcd };

/** What a device does, whichever it is. */
const CASES: readonly (readonly [title: string, check: (device: Device) => Promise<void>])[] = [
  [
    'any length and any start, odd or even, gives the reference to the bit',
    (device) => assertReference(device, slicesOf(CALLS, ANY)),
  ],
  [
    'slices that span blocks of the kernel are the reference to the bit',
    (device) => assertReference(device, slicesOf(CALLS, ACROSS_BLOCKS)),
  ],
  [
    'ten keys give the reference to the bit',
    (device) => assertReference(device, slicesOf(SEEDS.flatMap(callsOf), [[1001, 503]])),
  ],
  [
    'subnormal and very large values are the reference to the bit',
    (device) => assertReference(device, slicesOf(EXTREME_CALLS, [[3, 5000]])),
  ],
  ...CARRIES.map((carry) => {
    const ranges = [1, 3, 8, 2049].map((before) => [carry - before, before + 67] as const);
    const check = (device: Device): Promise<void> => assertReference(device, slicesOf(CALLS, ranges));
    return [`across element ${carry} the counter carries`, check] as const;
  }),
  [
    'the last elements that an index can name are there',
    (device) => assertReference(device, slicesOf(CALLS, [[LAST, 9]])),
  ],
  [
    'extreme words give the same bits: zero, all ones, and every power of two with its neighbour',
    async (device) => {
      const ranges = EXTREME_WORDS.map((word) => [2 * blockOf(word), 1] as const);
      await assertReference(device, slicesOf([...CALLS, ...EXTREME_CALLS], ranges));
    },
  ],
  [
    'a constant is its bit pattern in every dtype, at any start',
    async (device) => {
      const calls = FLOAT_DTYPES.map((dtype) => lower({ kind: 'constant', value: 0.1 }, dtype, BIT_KEY));
      await assertReference(device, slicesOf(calls, [[5, 2051]]));
      for (const call of calls) {
        const out = new Uint8Array(byteSize(call.dtype));
        await device.fill(call, out, 1);
        const word = Buffer.from(out).readUIntLE(0, out.length);
        assert.is(word, PATTERNS[call.dtype], call.dtype);
      }
    },
  ],
];

const found = await testGpu();
const DEVICES: readonly (readonly [name: string, create: (() => Promise<Device>) | string])[] = [
  ['cpu', () => createCpuDevice()],
  ['webgpu', 'gpu' in found ? () => createWebGpuDevice(found.gpu, { owned: true }) : found.reason],
];

for (const [name, create] of DEVICES) {
  const test = suite<{ device: Device }>(`kernels against the reference: ${name}`);
  if (typeof create === 'string') {
    for (const [title] of CASES) test.skip(`${name}: ${title} (skipped: ${create})`);
    test.run();
    continue;
  }
  test.before(async (context) => {
    context.device = await create();
  });
  test.after((context) => context.device.dispose());
  for (const [title, check] of CASES) test(`${name}: ${title}`, ({ device }) => check(device));
  test.run();
}

const test = suite('streams');

test('beyond a carry no stream begins again', () => {
  for (const call of CALLS.filter(({ dtype }) => dtype === 'float32')) {
    const start = reference({ call, offset: 0, count: 64 });
    for (const carry of CARRIES) {
      assert.not.equal(reference({ call, offset: carry, count: 64 }), start, `${call.kernel} at ${carry}`);
    }
  }
});

test('a counter is found for every extreme word', () => {
  for (const word of EXTREME_WORDS) {
    const block = blockOf(word);
    assert.is(threefry(BIT_KEY, [block % 2 ** 32, Math.floor(block / 2 ** 32)], STREAM_ROUNDS)[0], word);
  }
});

test.run();
