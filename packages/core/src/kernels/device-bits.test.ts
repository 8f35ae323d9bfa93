import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { byteSize, FLOAT_DTYPES, type FloatDType } from '../ir/dtype.js';
import type { ElementLaw } from '../ir/law.js';
import { STREAM_ROUNDS, threefry, type Words } from '../rng/threefry.js';
import { type CpuDevice, createCpuDevice } from '../runtime/cpu-device.js';
import type { KernelCall } from './kernel-call.js';
import { lower } from './lower.js';
import { fillReference } from './reference/fill-reference.js';

const test = suite<{ device: CpuDevice }>('kernels against the reference');
const KEY: Words = [0x9e3779b9, 0x7f4a7c15];

/** One law for each kernel and for each corner of its arithmetic. */
const LAWS: readonly ElementLaw[] = [
  { kind: 'uniform', low: -0.05, high: 0.05 },
  { kind: 'uniform', low: 0, high: 1 },
  { kind: 'uniform', low: -7, high: 1e-3 },
  { kind: 'normal', mean: 0, std: 0.02 },
  { kind: 'normal', mean: -0.3, std: 1 },
  { kind: 'normal', mean: 0, std: 1e-4 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 },
  { kind: 'truncated-normal', mean: 0, std: 0.5, low: -9, high: -3.12 },
  { kind: 'truncated-normal', mean: 0.7, std: 0.25, low: 0, high: 1 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: 3, high: 3.015 },
  { kind: 'truncated-normal', mean: 0, std: 3, low: -0.01, high: 0.01 },
];
const CALLS: readonly KernelCall[] = FLOAT_DTYPES.flatMap((dtype) => LAWS.map((law) => lower(law, dtype, KEY)));

test.before(async (context) => {
  context.device = await createCpuDevice();
});
test.after((context) => context.device.dispose());

function reference(call: KernelCall, offset: number, count: number): Uint8Array {
  const out = new Uint8Array(count * byteSize(call.dtype));
  fillReference(call, out, offset);
  return out;
}

function onDevice(device: CpuDevice, call: KernelCall, offset: number, count: number): Uint8Array {
  const out = new Uint8Array(count * byteSize(call.dtype));
  device.fill(call, out, offset);
  return out;
}

function assertSame(got: Uint8Array, expected: Uint8Array, what: string): void {
  assert.ok(Buffer.compare(got, expected) === 0, what);
}

test('any length and any start, odd or even, gives the reference to the bit', ({ device }) => {
  for (const call of CALLS) {
    for (const offset of [0, 1, 2, 3, 2047, 2048, 2049]) {
      for (const count of [1, 2, 3, 4, 5, 7, 8, 9, 15, 17]) {
        const got = onDevice(device, call, offset, count);
        assertSame(got, reference(call, offset, count), `${call.kernel} ${call.dtype} [${offset}, +${count})`);
      }
    }
  }
});

test('slices that span blocks of the kernel are the reference to the bit', ({ device }) => {
  for (const call of CALLS) {
    for (const [offset, count] of [
      [0, 4096],
      [1, 4095],
      [2047, 4099],
      [4095, 2050],
    ] as const) {
      const got = onDevice(device, call, offset, count);
      assertSame(got, reference(call, offset, count), `${call.kernel} ${call.dtype} [${offset}, +${count})`);
    }
  }
});

// Element 2^33 is in block 2^32, where the counter carries into its high word; 2^32 is where an index would wrap.
const CARRIES = [2 ** 32, 2 ** 33, 3 * 2 ** 33, 2 ** 45] as const;
for (const carry of CARRIES) {
  test(`across element ${carry} the counter carries`, ({ device }) => {
    for (const call of CALLS) {
      for (const before of [1, 3, 8, 2049]) {
        const expected = reference(call, carry - before, before + 67);
        assertSame(onDevice(device, call, carry - before, before + 67), expected, `${call.kernel} ${call.dtype}`);
      }
    }
  });
}

test('beyond a carry no stream begins again', () => {
  for (const call of CALLS.slice(0, LAWS.length)) {
    const start = reference(call, 0, 64);
    for (const carry of CARRIES) assert.not.equal(reference(call, carry, 64), start, `${call.kernel} at ${carry}`);
  }
});

test('the last elements that an index can name are there', ({ device }) => {
  for (const call of CALLS) {
    const offset = Number.MAX_SAFE_INTEGER - 9;
    assertSame(onDevice(device, call, offset, 9), reference(call, offset, 9), `${call.kernel} ${call.dtype}`);
  }
});

/** The rounds of Threefry-2x32 undone, one by one. */
function decipher(key: Words, words: Words): Words {
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ 0x1bd11bda];
  const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
  let [x0, x1] = words;
  for (let round = STREAM_ROUNDS - 1; round >= 0; round -= 1) {
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 -= schedule[injection % 3] ?? 0;
      x1 -= (schedule[(injection + 1) % 3] ?? 0) + injection;
    }
    const distance = rotations[round % 8] ?? 0;
    const mixed = x1 ^ x0;
    x1 = (mixed >>> distance) | (mixed << (32 - distance));
    x0 = (x0 - x1) | 0;
  }
  return [(x0 - key[0]) >>> 0, (x1 - key[1]) >>> 0];
}

/** A block whose first word is `word`, and whose elements an index can name. */
function blockOf(word: number): number {
  for (let other = 0; ; other += 1) {
    const [low, high] = decipher(KEY, [word, other]);
    if (high < 2 ** 19) return high * 2 ** 32 + low;
  }
}

const POWERS = Array.from({ length: 32 }, (_, bit) => 2 ** bit);
const EXTREME_WORDS = [
  ...new Set([0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, ...POWERS, ...POWERS.map((word) => word - 1)]),
];

test('a counter is found for every extreme word', () => {
  for (const word of EXTREME_WORDS) {
    const block = blockOf(word);
    assert.is(threefry(KEY, [block % 2 ** 32, Math.floor(block / 2 ** 32)], STREAM_ROUNDS)[0], word);
  }
});

test('extreme words give the same bits: zero, all ones, and every power of two with its neighbour', ({ device }) => {
  for (const word of EXTREME_WORDS) {
    const offset = 2 * blockOf(word);
    for (const call of CALLS) {
      const got = onDevice(device, call, offset, 1);
      assertSame(got, reference(call, offset, 1), `${call.kernel} ${call.dtype} word ${word.toString(16)}`);
    }
  }
});

test('a constant is its bit pattern in every dtype, at any start', ({ device }) => {
  const patterns: Readonly<Record<FloatDType, number>> = { float32: 0x3dcccccd, float16: 0x2e66, bfloat16: 0x3dcd };
  for (const dtype of FLOAT_DTYPES) {
    const call = lower({ kind: 'constant', value: 0.1 }, dtype, KEY);
    const got = onDevice(device, call, 5, 2051);
    assertSame(got, reference(call, 5, 2051), dtype);
    const view = new DataView(got.buffer);
    const last = dtype === 'float32' ? view.getUint32(got.length - 4, true) : view.getUint16(got.length - 2, true);
    assert.is(last, patterns[dtype]);
  }
});

test.run();
