import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../errors.js';
import { byteSize, FLOAT_DTYPES, type FloatDType } from '../ir/dtype.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import { lower } from '../kernels/lower.js';
import { CHUNK_ELEMENTS, type CpuDevice, createCpuDevice } from './cpu-device.js';

const test = suite<{ device: CpuDevice }>('CpuDevice');
const KEY = [0x9e3779b9, 0x7f4a7c15] as const;

function uniform(dtype: FloatDType): KernelCall {
  return lower({ kind: 'uniform', low: -1, high: 1 }, dtype, KEY);
}

function filled(device: CpuDevice, call: KernelCall, count: number, offset = 0): Uint8Array {
  const out = new Uint8Array(count * byteSize(call.dtype));
  device.fill(call, out, offset);
  return out;
}

function codeOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    assert.instance(error, DeviceError);
    return (error as DeviceError).code;
  }
  return 'nothing thrown';
}

test.before(async (context) => {
  context.device = await createCpuDevice();
});
test.after((context) => context.device.dispose());

for (const dtype of FLOAT_DTYPES) {
  test(`chunks of ${dtype} join without a seam: pieces cut anywhere are the whole`, ({ device }) => {
    const call = uniform(dtype);
    const size = byteSize(dtype);
    const whole = filled(device, call, 3 * CHUNK_ELEMENTS + 7);
    for (const first of [1, CHUNK_ELEMENTS - 1, CHUNK_ELEMENTS, CHUNK_ELEMENTS + 1, 2 * CHUNK_ELEMENTS + 3]) {
      for (const count of [1, 8, CHUNK_ELEMENTS - 1, CHUNK_ELEMENTS, CHUNK_ELEMENTS + 1]) {
        const piece = filled(device, call, count, first);
        const expected = whole.subarray(first * size, (first + count) * size);
        assert.ok(Buffer.compare(piece, expected) === 0, `${count} elements from ${first}`);
      }
    }
    assert.ok(new Set(new Uint16Array(whole.buffer).subarray(-64)).size > 16, 'the tail is random too');
  });
}

test('an output at any byte alignment gets the same bytes, and its neighbours stay', ({ device }) => {
  const call = uniform('float32');
  const aligned = filled(device, call, CHUNK_ELEMENTS + 3);
  for (let shift = 1; shift < 4; shift++) {
    const around = new Uint8Array(aligned.length + 8).fill(0xa5);
    const out = around.subarray(shift, shift + aligned.length);
    device.fill(call, out, 0);
    assert.ok(Buffer.compare(out, aligned) === 0);
    assert.ok(around.subarray(0, shift).every((byte) => byte === 0xa5));
    assert.ok(around.subarray(shift + aligned.length).every((byte) => byte === 0xa5));
  }
});

test('an output in shared memory is filled like any other', ({ device }) => {
  const call = uniform('float32');
  const out = new Uint8Array(new SharedArrayBuffer(400));
  device.fill(call, out, 5);
  assert.ok(Buffer.compare(out, filled(device, call, 100, 5)) === 0);
});

test('the element index carries past 2^32 without a seam', ({ device }) => {
  const call = uniform('float32');
  const across = filled(device, call, 20, 2 ** 32 - 7);
  assert.equal(across.subarray(0, 28), filled(device, call, 7, 2 ** 32 - 7));
  assert.equal(across.subarray(28), filled(device, call, 13, 2 ** 32));
  assert.not.equal(filled(device, call, 13, 2 ** 32), filled(device, call, 13, 0));
});

test('the last elements below 2^53 can be filled, and none beyond', ({ device }) => {
  const call = uniform('float32');
  const last = filled(device, call, 4, 2 ** 53 - 5);
  assert.equal(last.subarray(4), filled(device, call, 3, 2 ** 53 - 4));
  for (const offset of [2 ** 53 - 4, 2 ** 53, -1, 0.5, Number.NaN]) {
    assert.is(
      codeOf(() => filled(device, call, 5, offset)),
      'bad-offset',
    );
  }
});

test('an empty output is nothing to do', ({ device }) => {
  device.fill(uniform('float32'), new Uint8Array(0), 12345);
});

test('an output that cuts an element in two is refused', ({ device }) => {
  assert.is(
    codeOf(() => device.fill(uniform('float32'), new Uint8Array(6), 0)),
    'bad-output',
  );
  device.fill(uniform('float16'), new Uint8Array(6), 0);
});

test('a call to a kernel that does not exist is a typed error, and the device goes on', ({ device }) => {
  const call = { ...uniform('float32'), kernel: 'incipit.absent' };
  assert.is(
    codeOf(() => filled(device, call, 1)),
    'missing-function',
  );
  filled(device, uniform('float32'), 1);
});

test('the wasm memory is as large after 200 runs as after 20', async () => {
  const device = await createCpuDevice();
  const out = new Uint8Array(4 * (CHUNK_ELEMENTS + 1));
  const run = (): void => {
    for (const dtype of FLOAT_DTYPES) device.fill(uniform(dtype), out, 0);
    assert.is(
      codeOf(() => device.fill({ ...uniform('float32'), kernel: 'incipit.absent' }, out, 0)),
      'missing-function',
    );
  };
  for (let i = 0; i < 20; i++) run();
  const after20 = device.memoryBytes;
  for (let i = 20; i < 200; i++) run();
  assert.is(device.memoryBytes, after20);
  device.dispose();
});

test('two devices do not disturb each other', async ({ device }) => {
  const other = await createCpuDevice();
  const expected = filled(device, uniform('float32'), 10);
  assert.equal(filled(other, uniform('float32'), 10), expected);
  other.dispose();
  assert.equal(filled(device, uniform('float32'), 10), expected);
});

test('a disposed device refuses to fill, and a second dispose does nothing', async () => {
  const device = await createCpuDevice();
  filled(device, uniform('float32'), 1);
  device.dispose();
  device.dispose();
  assert.is(
    codeOf(() => filled(device, uniform('float32'), 1)),
    'disposed-device',
  );
});

test.run();
