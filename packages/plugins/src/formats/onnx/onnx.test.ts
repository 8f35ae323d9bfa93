import { memorySource, openCheckpointSource } from '@incipit/core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMATS } from '../index.js';
import {
  assertHolds,
  assertSurvivesDamage,
  errorOf,
  expectedFiles,
  openTestFile,
  readTestFolder,
} from '../testing/checkpoint-files.js';

for (const [path, expected] of await expectedFiles('onnx')) {
  test(`${path} gives every value`, async () => assertHolds(await openTestFile(path), expected));
}

const files = await readTestFolder('onnx');

/** A field of bytes, and one of a number. */
const bytes = (id: number, content: readonly number[]): number[] => [
  ...varint((id << 3) | 2),
  ...varint(content.length),
  ...content,
];
const number = (id: number, value: number | bigint): number[] => [...varint(id << 3), ...varint(value)];
const text = (id: number, value: string): number[] => bytes(id, [...new TextEncoder().encode(value)]);

function varint(value: number | bigint): number[] {
  const out: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) return [...out, Number(rest)];
    out.push(Number(rest & 127n) | 128);
  }
}

const model = (...tensor: readonly number[][]): Uint8Array =>
  new Uint8Array([...number(1, 8), ...bytes(7, bytes(5, tensor.flat()))]);
const external = (location: string, offset = '0'): number[][] => [
  number(1, 2),
  number(2, 1),
  number(14, 1),
  bytes(13, [...text(1, 'location'), ...text(2, location)]),
  bytes(13, [...text(1, 'offset'), ...text(2, offset)]),
];
const raw = bytes(9, [0, 0, 128, 63]);

test('numbers that are not packed are read as those that are', async () => {
  const unpacked = [text(8, 'w'), number(1, 3), number(2, 7), number(7, 5), number(7, -2), number(7, 2n ** 40n)];
  const checkpoint = await openCheckpointSource(memorySource('x.onnx', model(...unpacked)), FORMATS);
  assert.equal([...new BigInt64Array((await checkpoint.read('w')).buffer)], [5n, -2n, 2n ** 40n]);
});

const REFUSED: readonly (readonly [string, Uint8Array, string])[] = [
  ['external data outside the folder', model(...external('../external.data')), 'unsafe-path'],
  ['external data by an absolute path', model(...external('/etc/passwd')), 'unsafe-path'],
  ['external data that is not there', model(...external('none.data')), 'not-found'],
  ['external data past the end', model(...external('external.data', '9999999')), 'truncated'],
  ['external data at a negative place', model(...external('external.data', '-4')), 'malformed'],
  ['a shape that does not fit', model(number(1, 2), number(2, 1), raw), 'malformed'],
  ['a shape that overflows', model(number(1, 2n ** 40n), number(1, 2n ** 40n), number(2, 1), raw), 'malformed'],
  ['a negative extent', model(number(1, -1), number(2, 1), raw), 'malformed'],
  ['a thousand axes', model(...Array.from({ length: 1000 }, () => number(1, 1)), number(2, 1), raw), 'malformed'],
  ['text', model(number(1, 1), number(2, 8)), 'unsupported'],
  [
    'two tensors of one name',
    new Uint8Array(bytes(7, [bytes(5, [...number(2, 1), ...raw]), bytes(5, [...number(2, 1), ...raw])].flat())),
    'malformed',
  ],
  ['sparse tensors', new Uint8Array(bytes(7, bytes(15, []))), 'unsupported'],
  ['a model without a graph', new Uint8Array(number(1, 8)), 'malformed'],
  ['a length beyond the end', new Uint8Array([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f]), 'truncated'],
  ['a number that does not end', new Uint8Array([0x08, ...new Array<number>(12).fill(0xff)]), 'malformed'],
  ['groups of old protobuf', new Uint8Array([0x0b, 0x0c]), 'malformed'],
];

for (const [what, content, code] of REFUSED) {
  test(`${what}: ${code}`, async () => {
    const source = memorySource('x.onnx', content, files);
    assert.is((await errorOf(() => openCheckpointSource(source, FORMATS))).code, code);
  });
}

for (const [path, runs] of [
  ['onnx/raw.onnx', 4000],
  ['onnx/typed.onnx', 3000],
  ['onnx/constants.onnx', 1500],
  ['onnx/external.onnx', 3000],
] as const) {
  test(`${runs} damaged copies of ${path} open, or are refused with a typed error`, async () => {
    assert.ok((await assertSurvivesDamage(path, { runs, growth: 16 })) < runs);
  });
}

test.run();
