import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DType, memorySource, openCheckpointSource, type TensorToWrite } from '@incipit/core';
import { fileSink, openCheckpoint } from '@incipit/core/node';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMATS } from '../index.js';
import {
  assertHolds,
  assertSurvivesDamage,
  errorOf,
  expectedFiles,
  openTestFile,
  readTestFile,
} from '../testing/checkpoint-files.js';
import { writeNpz } from './index.js';

const files = await expectedFiles('numpy');

for (const [path, expected] of files) {
  test(`${path} of numpy gives every value`, async () => assertHolds(await openTestFile(path), expected));
}

test('arrays of objects and of complex numbers are refused', async () => {
  assert.is((await errorOf(() => openTestFile('numpy/refused-objects.npy'))).code, 'unsupported');
  assert.is((await errorOf(() => openTestFile('numpy/refused-complex.npy'))).code, 'unsupported');
});

const folder = await mkdtemp(join(tmpdir(), 'incipit-numpy-'));
test.after(() => rm(folder, { recursive: true }));

function written(name: string, dtype: DType, shape: readonly number[], bytes: Uint8Array): TensorToWrite {
  return { name, dtype, shape, bytes: () => bytes };
}

test('what is written is read back, every value', async () => {
  const expected = files.get('numpy/plain.npz') ?? {};
  const tensors = Object.entries(expected).map(([name, { dtype, shape, base64 }]) =>
    written(name, dtype as DType, shape, new Uint8Array(Buffer.from(base64, 'base64'))),
  );
  const path = join(folder, 'a.npz');
  await writeNpz(await fileSink(path), tensors);
  await assertHolds(await openCheckpoint(path, FORMATS), expected);
});

test('bfloat16, two tensors of one name and bytes that do not fit are refused, and no file is left', async () => {
  const write = async (...tensors: TensorToWrite[]) => writeNpz(await fileSink(join(folder, 'b.npz')), tensors);
  const good = written('w', 'float32', [1], new Uint8Array(4));
  assert.is((await errorOf(() => write(written('w', 'bfloat16', [1], new Uint8Array(2))))).code, 'unknown-dtype');
  assert.is((await errorOf(() => write(good, good))).code, 'duplicate-tensor');
  assert.is((await errorOf(() => write(written('w', 'float32', [2], new Uint8Array(4))))).code, 'wrong-size');
  assert.equal(
    (await readdir(folder)).filter((name) => name.includes('b.npz')),
    [],
  );
});

/** An .npy file with this header and these bytes of data. */
function npy(header: string, dataBytes: number): Uint8Array {
  const out = new Uint8Array(10 + header.length + dataBytes);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  out.set(new TextEncoder().encode(header), 10);
  return out;
}

const head = (shape: string, descr = "'<f4'"): string =>
  `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;

const REFUSED: readonly (readonly [string, Uint8Array, string])[] = [
  ['a shape that overflows', npy(head('(4294967296, 4294967296, 4294967296)'), 4), 'malformed'],
  ['a shape beyond all numbers', npy(head(`(${'9'.repeat(400)},)`), 4), 'malformed'],
  ['a shape with more data than there is', npy(head('(1000000000,)'), 4), 'malformed'],
  ['a negative extent', npy(head('(-1,)'), 4), 'malformed'],
  ['a shape that is no tuple', npy(head('(4)'), 16), 'malformed'],
  ['code in the header', npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': exit()}`, 4), 'no error'],
  ['records', npy(head('(1,)', "[('a', '<f4')]"), 4), 'unsupported'],
  ['a header that is cut', npy(head('(1,)'), 4).subarray(0, 40), 'truncated'],
  ['a header of 4 GB', new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 255, 255, 255, 255]), 'malformed'],
];

for (const [what, bytes, code] of REFUSED) {
  test(`${what}: ${code}`, async () => {
    const open = () => openCheckpointSource(memorySource('x.npy', bytes), FORMATS);
    if (code === 'no error') await open();
    else assert.is((await errorOf(open)).code, code);
  });
}

/** Where an element lies whose place in row-major order is known, when it is stored by columns. */
function placeByColumns(shape: readonly number[], element: number): number {
  let left = element;
  let stride = shape.reduce((product, extent) => product * extent, 1);
  return shape.reduceRight((place, extent) => {
    stride /= extent;
    const index = left % extent;
    left = Math.floor(left / extent);
    return place + index * stride;
  }, 0);
}

for (const [descr, size] of [
  ["'|i1'", 1],
  ["'<f2'", 2],
  ["'<f4'", 4],
  ["'<f8'", 8],
] as const) {
  test(`arrays of ${descr} that are stored by columns come row by row, whatever their shape`, async () => {
    for (const shape of [[40, 33], [33, 1, 40], [3, 2, 50, 20], [5, 70, 3, 3], [17], [2, 1, 1]]) {
      const count = shape.reduce((product, extent) => product * extent, 1);
      const header = head(`(${shape.join(', ')},)`, descr).replace('False', 'True');
      const file = npy(header, count * size);
      const data = file.subarray(10 + header.length);
      for (let at = 0; at < data.length; at++) data[at] = (at * 37 + (at >> 8)) & 255;
      const checkpoint = await openCheckpointSource(memorySource('x.npy', file), FORMATS);
      const read = await checkpoint.read('x');
      for (let element = 0; element < count; element++) {
        const place = placeByColumns(shape, element) * size;
        const found = read.subarray(element * size, (element + 1) * size);
        assert.equal([...found], [...data.subarray(place, place + size)], `element ${element} of [${shape}]`);
      }
    }
  });
}

/** Sets the unpacked size of the first file, as a zip bomb has it. */
async function bomb(change: (view: DataView, entry: number) => void): Promise<Uint8Array> {
  const bytes = await readTestFile('numpy/packed.npz');
  const view = new DataView(bytes.buffer);
  let at = 0;
  while (view.getUint32(at, true) !== 0x02014b50) at += 1;
  change(view, at);
  return bytes;
}

test('a zip bomb is refused by what it promises, and by what it unpacks to', async () => {
  const promise = await bomb((view, at) => view.setUint32(at + 24, 0xfffffff0, true));
  assert.is((await errorOf(() => openCheckpointSource(memorySource('x.npz', promise), FORMATS))).code, 'malformed');
  const shared = await bomb((view, at) => view.setUint32(at + 42, 10_000, true));
  assert.is((await errorOf(() => openCheckpointSource(memorySource('x.npz', shared), FORMATS))).code, 'malformed');
});

for (const [path, runs, growth] of [
  ['numpy/plain.npz', 6000, 4],
  ['numpy/packed.npz', 1500, 1032],
  ['numpy/fortran_big.npy', 2500, 4],
] as const) {
  test(`${runs} damaged copies of ${path} open, or are refused with a typed error`, async () => {
    assert.ok((await assertSurvivesDamage(path, { runs, growth })) < runs);
  });
}

test.run();
