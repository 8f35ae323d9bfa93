import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../errors.js';
import { TvmRuntime } from './tvm-runtime.js';

const test = suite('TvmRuntime');
const EMPTY_WASM = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const ONE = 0x3f800000;

function deviceErrorOf(action: () => void): DeviceError {
  try {
    action();
  } catch (error) {
    assert.instance(error, DeviceError);
    return error as DeviceError;
  }
  throw new Error('nothing was thrown');
}

/** key0, key1, offsetLow, offsetHigh, count, and the kernel's own. */
function constantNumbers(count: number, bits: number): number[] {
  return [0, 0, 0, 0, count, bits];
}

test('a kernel writes what the tensor then shows', async () => {
  const runtime = await TvmRuntime.load();
  const out = runtime.createTensor(4, 'float32');
  runtime.call('incipit.constant', out, constantNumbers(3, ONE));
  assert.equal([...new Float32Array(out.view(12).slice().buffer)], [1, 1, 1]);
  runtime.dispose();
});

for (const { what, name, numbers, code, message } of [
  {
    what: 'a function that does not exist',
    name: 'incipit.absent',
    numbers: [],
    code: 'missing-function',
    message: /'incipit\.absent' is not in the TVM runtime/,
  },
  {
    what: 'too few arguments',
    name: 'incipit.constant',
    numbers: [0, 0],
    code: 'type-error',
    message: /'incipit\.constant' failed: expected 6 \+ 1 arguments, got 3/,
  },
  {
    what: 'more elements than the tensor holds',
    name: 'incipit.constant',
    numbers: constantNumbers(5, ONE),
    code: 'value-error',
    message: /count must be at most the length of out, 4, got 5/,
  },
  {
    what: 'a word that is no unsigned 32-bit integer',
    name: 'incipit.constant',
    numbers: constantNumbers(4, 2 ** 32),
    code: 'value-error',
    message: /bits must be an unsigned 32-bit integer, got 4\.29497e\+09/,
  },
  {
    what: 'NaN where a word belongs',
    name: 'incipit.constant',
    numbers: [Number.NaN, 0, 0, 0, 4, ONE],
    code: 'value-error',
    message: /key0 must be an unsigned 32-bit integer, got nan/,
  },
  {
    what: 'vectors beyond the end of their tensor',
    name: 'incipit.reflector_factorise',
    numbers: [0, 8, 8, 8, 0, 0, 0],
    code: 'value-error',
    message: /vectors must leave 64 numbers of the space's 4, got 0/,
  },
  {
    what: 'a height that is no multiple of 8',
    name: 'incipit.reflector_load',
    numbers: [0, 8, 12, 8, 0, 0, 0],
    code: 'value-error',
    message: /height must be a multiple of 8 above 0, got 12/,
  },
  {
    what: 'more reflections than rows',
    name: 'incipit.reflector_load',
    numbers: [0, 8, 8, 16, 0, 0, 0],
    code: 'value-error',
    message: /width must be at most 64 and the height, got 16/,
  },
  {
    what: 'a reflector without its form',
    name: 'incipit.reflector_apply',
    numbers: [0, 8, 8, 8, 8, 0],
    code: 'type-error',
    message: /expected 8 arguments, got 7/,
  },
]) {
  test(`${what} is refused as ${code}, and the runtime goes on`, async () => {
    const runtime = await TvmRuntime.load();
    const out = runtime.createTensor(4, 'float32');
    const error = deviceErrorOf(() => runtime.call(name, out, numbers));
    assert.is(error.code, code);
    assert.match(error.message, message);
    assert.instance(error.cause, Error);
    runtime.call('incipit.constant', out, constantNumbers(4, ONE));
    runtime.dispose();
  });
}

test('an exception of the C++ standard library arrives as out-of-memory', async () => {
  const runtime = await TvmRuntime.load();
  const before = runtime.memoryBytes;
  const error = deviceErrorOf(() => runtime.createTensor(2 ** 30 - 2 ** 17, 'float32'));
  assert.is(error.code, 'out-of-memory');
  assert.is(runtime.memoryBytes, before);
  runtime.createTensor(4, 'float32').dispose();
  runtime.dispose();
});

test('a large tensor takes its own pages and gives them back for the next', async () => {
  const runtime = await TvmRuntime.load();
  const length = 5 * 2 ** 18 + 1;
  runtime.createTensor(length, 'float32').dispose();
  const before = runtime.memoryBytes;
  for (let i = 0; i < 20; i++) {
    const [a, b] = [runtime.createTensor(length >> 1, 'float32'), runtime.createTensor(length >> 2, 'float32')];
    a.dispose();
    b.dispose();
    runtime.createTensor(length, 'float32').dispose();
  }
  assert.is(runtime.memoryBytes, before);
  runtime.dispose();
});

test('after a trap the runtime says so in every call, and can be disposed', async () => {
  const runtime = await TvmRuntime.load();
  const out = runtime.createTensor(4, 'float32');
  // A handle beyond the memory: reading it is out of bounds.
  Reflect.set(out.tensor, 'handle', 0xf0000000);
  const first = deviceErrorOf(() => runtime.call('incipit.constant', out, constantNumbers(4, ONE)));
  assert.is(first.code, 'runtime-trapped');
  assert.instance(first.cause, WebAssembly.RuntimeError);
  const second = deviceErrorOf(() => runtime.createTensor(4, 'float32'));
  assert.is(second.code, 'runtime-trapped');
  assert.is(second.cause, first.cause);
  runtime.dispose();
});

test('a wasm that is not the runtime is refused with the reason', async () => {
  try {
    await TvmRuntime.load({ wasm: new WebAssembly.Module(EMPTY_WASM) });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, DeviceError);
    assert.is((error as DeviceError).code, 'runtime-not-loaded');
    assert.match((error as DeviceError).message, /not a WASI reactor/);
    assert.instance((error as DeviceError).cause, Error);
  }
});

test('a disposed runtime refuses each call, and a second dispose does nothing', async () => {
  const runtime = await TvmRuntime.load();
  const out = runtime.createTensor(4, 'float32');
  runtime.dispose();
  runtime.dispose();
  assert.is(deviceErrorOf(() => runtime.call('incipit.constant', out, [])).code, 'disposed-device');
  assert.is(deviceErrorOf(() => runtime.createTensor(4, 'float32')).code, 'disposed-device');
});

test.run();
