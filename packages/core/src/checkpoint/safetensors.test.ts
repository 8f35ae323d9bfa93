import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointError } from '../errors.js';
import { openSafetensors, writeSafetensors } from '../node.js';
import type { TensorToWrite } from './format.js';
import { memorySource } from './memory-source.js';
import { openCheckpointSource } from './open-checkpoint.js';
import { openSafetensorsSource } from './safetensors.js';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'incipit-safetensors-'));

function tensor(name: string, values: readonly number[], shape: readonly number[] = [values.length]): TensorToWrite {
  return { name, dtype: 'float32', shape, bytes: () => new Uint8Array(new Float32Array(values).buffer) };
}

/** A file with this header text and this many zero bytes of data. */
function file(header: string, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const out = new Uint8Array(8 + json.byteLength + dataBytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.byteLength), true);
  out.set(json, 8);
  return out;
}

async function codeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
  } catch (error) {
    assert.instance(error, CheckpointError);
    return (error as CheckpointError).code;
  }
  return 'no error';
}

test('what was written is read back: names in order, shapes, values, metadata', async () => {
  const path = join(await folder(), 'a.safetensors');
  await writeSafetensors(path, [tensor('b.weight', [1, 2, 3, 4, 5, 6], [2, 3]), tensor('10', [7]), tensor('2', [])], {
    seed: '42',
  });
  const checkpoint = await openSafetensors(path);
  assert.equal(Object.keys(checkpoint.header.tensors).sort(), ['10', '2', 'b.weight']);
  assert.equal(checkpoint.header.tensors['b.weight']?.shape, [2, 3]);
  assert.equal(checkpoint.header.metadata, { seed: '42' });
  const bytes = await checkpoint.read('b.weight');
  assert.equal([...new Float32Array(bytes.buffer)], [1, 2, 3, 4, 5, 6]);
  assert.is((await checkpoint.read('2')).byteLength, 0);
  await checkpoint.close();
  await checkpoint.close();
});

test('tensor data starts at a multiple of 8 bytes, in the order given', async () => {
  const path = join(await folder(), 'a.safetensors');
  await writeSafetensors(path, [tensor('10', [1]), tensor('9', [2])]);
  const bytes = await readFile(path);
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  assert.is(headerBytes % 8, 0);
  assert.is(bytes.readFloatLE(8 + headerBytes), 1);
  assert.ok(
    bytes
      .subarray(8, 8 + headerBytes)
      .toString()
      .indexOf('"10"') < bytes.subarray(8).toString().indexOf('"9"'),
  );
});

test('a tensor that fails leaves the old file as it was and no other file behind', async () => {
  const at = await folder();
  const path = join(at, 'a.safetensors');
  await writeFile(path, 'old');
  const failing: TensorToWrite = {
    name: 'w',
    dtype: 'float32',
    shape: [1],
    bytes: () => {
      throw new Error('no values');
    },
  };
  const failure = await writeSafetensors(path, [tensor('ok', [1, 2, 3]), failing]).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.is((failure as Error).message, 'no values');
  assert.is(await readFile(path, 'utf8'), 'old');
  assert.equal(await readdir(at), ['a.safetensors']);
});

test('a folder that does not exist is refused by name', async () => {
  const path = join(await folder(), 'none', 'a.safetensors');
  assert.is(await codeOf(() => writeSafetensors(path, [])), 'unwritable');
});

test('two tensors of one name, and bytes that do not fit the shape, are refused', async () => {
  const path = join(await folder(), 'a.safetensors');
  assert.is(await codeOf(() => writeSafetensors(path, [tensor('w', [1]), tensor('w', [1])])), 'duplicate-tensor');
  assert.is(await codeOf(() => writeSafetensors(path, [tensor('w', [1], [2])])), 'wrong-size');
});

test('a missing file and a folder in its place are told apart', async () => {
  const at = await folder();
  assert.is(await codeOf(() => openSafetensors(join(at, 'none.safetensors'))), 'not-found');
  assert.is(await codeOf(() => openSafetensors(at)), 'unreadable');
});

const f32 = (begin: number, end: number, shape: readonly number[] = [(end - begin) / 4]): string =>
  JSON.stringify({ dtype: 'F32', shape, data_offsets: [begin, end] });

const REFUSED: readonly (readonly [string, Uint8Array, string])[] = [
  ['an empty file', new Uint8Array(0), 'truncated'],
  ['a header longer than the file', file(`{"w":${f32(0, 8)}}`, 8).subarray(0, 20), 'truncated'],
  ['data shorter than promised', file(`{"w":${f32(0, 8)}}`, 4), 'truncated'],
  ['data longer than promised', file(`{"w":${f32(0, 8)}}`, 9), 'malformed'],
  ['a header bomb', new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127, 0]), 'malformed'],
  ['a header that is not JSON', file('{"w":', 0), 'malformed'],
  ['a header that is a list', file('[]', 0), 'malformed'],
  ['a gap between tensors', file(`{"a":${f32(0, 4)},"b":${f32(8, 12)}}`, 12), 'malformed'],
  ['tensors that overlap', file(`{"a":${f32(0, 8)},"b":${f32(4, 12)}}`, 12), 'malformed'],
  ['a shape that does not fit its bytes', file(`{"w":${f32(0, 8, [3])}}`, 8), 'malformed'],
  ['a shape that overflows', file(`{"w":${f32(0, 8, [4294967296, 4294967296])}}`, 8), 'malformed'],
  ['a negative extent', file(`{"w":${f32(0, 8, [-2])}}`, 8), 'malformed'],
  ['an unknown dtype', file('{"w":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}', 1), 'malformed'],
  ['metadata that is not text', file('{"__metadata__":{"a":1}}', 0), 'malformed'],
];

for (const [what, bytes, code] of REFUSED) {
  test(`${what} is refused as ${code}`, async () => {
    assert.is(await codeOf(() => openSafetensorsSource(memorySource('x.safetensors', bytes))), code);
  });
}

test('a tensor named __proto__ is a tensor like any other', async () => {
  const checkpoint = await openSafetensorsSource(memorySource('x', file(`{"__proto__":${f32(0, 4)}}`, 4)));
  assert.equal(Object.keys(checkpoint.header.tensors), ['__proto__']);
});

test('a tensor that is not there is a typed error', async () => {
  const checkpoint = await openSafetensorsSource(memorySource('x', file(`{"w":${f32(0, 4)}}`, 4)));
  assert.is(await codeOf(() => checkpoint.read('v')), 'unknown-tensor');
});

test('a tensor of a type that is not read is listed, and an error where it is asked for', async () => {
  const complex = '{"dtype":"C64","shape":[1],"data_offsets":[4,12]}';
  const checkpoint = await openSafetensorsSource(memorySource('x', file(`{"w":${f32(0, 4)},"c":${complex}}`, 12)));
  assert.equal(Object.keys(checkpoint.header.tensors), ['w']);
  assert.is(checkpoint.header.unreadable?.['c']?.dtype, 'C64');
  assert.is((await checkpoint.read('w')).byteLength, 4);
  assert.is(await codeOf(() => checkpoint.read('c')), 'unsupported');
  const only = complex.replace('[4,12]', '[0,8]');
  assert.is(await codeOf(() => openSafetensorsSource(memorySource('x', file(`{"c":${only}}`, 8)))), 'unsupported');
});

test('floats of 8 bits are given as float32, whole and in parts', async () => {
  const bytes = file('{"w":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}', 4);
  bytes.set([0x38, 0xb8, 0x7e, 0x01], bytes.byteLength - 4);
  const checkpoint = await openSafetensorsSource(memorySource('x', bytes));
  assert.is(checkpoint.header.tensors['w']?.dtype, 'float32');
  const whole = await checkpoint.read('w');
  assert.equal([...new Float32Array(whole.buffer)], [1, -1, 448, 2 ** -9]);
  const part = new Uint8Array(7);
  await checkpoint.readPart?.('w', 3, part);
  assert.equal(part, whole.slice(3, 10));
});

test('a header that takes more memory than is allowed is refused, and told which option allows it', async () => {
  const bytes = file(`{"w":${f32(0, 4)}}`, 4);
  const open = (headerBytes: number) => openCheckpointSource(memorySource('x', bytes), [], 'x', { headerBytes });
  assert.equal(Object.keys((await open(2000)).header.tensors), ['w']);
  assert.is(await codeOf(() => open(500)), 'too-large');
  assert.is(await codeOf(() => open(Number.NaN)), 'bad-limit');
});

test('a value that nests a million deep is refused', async () => {
  const deep = `{"w":{"dtype":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)},"shape":[],"data_offsets":[0,0]}}`;
  assert.is(await codeOf(() => openSafetensorsSource(memorySource('x', file(deep, 0)))), 'malformed');
});

test.run();
