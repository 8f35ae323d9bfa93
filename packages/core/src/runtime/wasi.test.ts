import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createWasi } from './wasi.js';

const test = suite('WASI');

type Call = (...args: (number | bigint)[]) => number;

/** A started WASI over one page of memory. */
function setUp() {
  const lines: string[] = [];
  const memory = new WebAssembly.Memory({ initial: 4 });
  const wasi = createWasi((line) => lines.push(line));
  let started = 0;
  // `start` reads the exports only.
  wasi.start({ exports: { memory, _initialize: () => started++ } } as unknown as WebAssembly.Instance);
  const view = new DataView(memory.buffer);
  const call = (name: string, ...args: (number | bigint)[]): number => (wasi.wasiImport[name] as Call)(...args);
  /** Writes `parts` to a file in one call. */
  const write = (file: number, ...parts: Uint8Array[]): number => {
    let address = 1024;
    parts.forEach((part, index) => {
      new Uint8Array(memory.buffer).set(part, address);
      view.setUint32(8 * index, address, true);
      view.setUint32(8 * index + 4, part.length, true);
      address += part.length;
    });
    return call('fd_write', file, 0, parts.length, 512);
  };
  return { lines, memory, view, call, write, started: () => started };
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test('starting the wasm runs its initialisers once', () => {
  assert.is(setUp().started(), 1);
});

test('an instance without memory or initialisers is refused', () => {
  const exports = { memory: new WebAssembly.Memory({ initial: 1 }) };
  const wasi = createWasi(() => {});
  assert.throws(() => wasi.start({ exports } as unknown as WebAssembly.Instance), /not a WASI reactor/);
});

test('written text arrives line by line, each file on its own, characters never cut', () => {
  const { lines, view, write } = setUp();
  const euro = utf8('€');
  assert.is(write(2, utf8('one '), utf8('line\nand '), euro.slice(0, 1)), 0);
  assert.is(view.getUint32(512, true), 14);
  assert.is(write(1, utf8('other file\n')), 0);
  assert.is(write(2, euro.slice(1), utf8('\n')), 0);
  assert.equal(lines, ['one line', 'other file', 'and €']);
});

test('only standard output and error can be written', () => {
  const { write, lines } = setUp();
  assert.is(write(3, utf8('x\n')), 8);
  assert.is(write(0, utf8('x\n')), 8);
  assert.equal(lines, []);
});

test('the clocks give nanoseconds, the monotonic one never less than before; others are unknown', () => {
  const { view, call } = setUp();
  assert.is(call('clock_time_get', 0, 0n, 64), 0);
  // 2020 to 2100.
  assert.ok(view.getBigUint64(64, true) > 1_577_836_800n * 10n ** 9n);
  assert.ok(view.getBigUint64(64, true) < 4_102_444_800n * 10n ** 9n);
  call('clock_time_get', 1, 0n, 72);
  call('clock_time_get', 1, 0n, 80);
  assert.ok(view.getBigUint64(80, true) >= view.getBigUint64(72, true));
  assert.is(call('clock_time_get', 7, 0n, 64), 28);
});

test('random bytes fill the whole range and nothing beside it, also past 64 KiB', () => {
  const { memory, call } = setUp();
  const length = 70_000;
  assert.is(call('random_get', 100, length), 0);
  const bytes = new Uint8Array(memory.buffer);
  assert.is(bytes[99], 0);
  assert.is(bytes[100 + length], 0);
  // 256 zero bytes in a row are as good as impossible.
  assert.ok(bytes.subarray(100 + length - 256, 100 + length).some((byte) => byte !== 0));
});

test('there is no environment, and leaving is an error', () => {
  const { view, call } = setUp();
  view.setUint32(64, 9, true);
  assert.is(call('environ_sizes_get', 64, 68), 0);
  assert.is(view.getUint32(64, true), 0);
  assert.throws(() => call('proc_exit', 3), /ended itself with code 3/);
});

test.run();
