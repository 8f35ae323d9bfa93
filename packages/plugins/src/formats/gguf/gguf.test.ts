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
} from '../testing/checkpoint-files.js';

for (const [path, expected] of await expectedFiles('gguf')) {
  test(`${path} of gguf gives every value of every type`, async () => assertHolds(await openTestFile(path), expected));
}

test('metadata is told; lists by their length', async () => {
  const { header } = await openTestFile('gguf/all.gguf');
  assert.is(header.metadata['general.architecture'], 'llama');
  assert.is(header.metadata['llama.rope.freq_base'], '10000');
  assert.is(header.metadata['tokenizer.ggml.tokens'], '3 values');
  assert.is(header.metadata['general.flag'], 'true');
});

const u32 = (value: number): number[] => [...new Uint8Array(new Uint32Array([value]).buffer)];
const u64 = (value: number | bigint): number[] => [...new Uint8Array(new BigUint64Array([BigInt(value)]).buffer)];
const text = (value: string): number[] => [...u64(value.length), ...new TextEncoder().encode(value)];
const GGUF = [0x47, 0x47, 0x55, 0x46];

interface Made {
  readonly name?: string;
  readonly dims?: readonly (number | bigint)[];
  readonly type?: number;
  readonly offset?: number | bigint;
}

/** A file with these tensors and 64 bytes of data. */
function gguf(
  tensors: readonly Made[],
  { version = 3, metadata = [0, []] as readonly [number, number[]] } = {},
): Uint8Array {
  const infos = tensors.flatMap(({ name = 'w', dims = [4], type = 0, offset = 0 }) => [
    ...text(name),
    ...u32(dims.length),
    ...dims.flatMap(u64),
    ...u32(type),
    ...u64(offset),
  ]);
  const head = [...GGUF, ...u32(version), ...u64(tensors.length), ...u64(metadata[0]), ...metadata[1], ...infos];
  return new Uint8Array([...head, ...new Array<number>(Math.ceil(head.length / 32) * 32 - head.length + 64).fill(0)]);
}

test('a small file of our own opens', async () => {
  const { header } = await openCheckpointSource(memorySource('x', gguf([{}, { name: 'v', offset: 32 }])), FORMATS);
  assert.equal(header.tensors['v']?.shape, [4]);
});

const REFUSED: readonly (readonly [string, Uint8Array, string])[] = [
  ['two tensors of one name', gguf([{}, { offset: 32 }]), 'malformed'],
  ['tensors that overlap', gguf([{}, { name: 'v', offset: 8 }]), 'malformed'],
  ['a tensor past the end', gguf([{ offset: 64 }]), 'truncated'],
  ['a shape that overflows', gguf([{ dims: [2n ** 32n, 2n ** 32n, 2n ** 32n] }]), 'malformed'],
  ['an extent above 2^53', gguf([{ dims: [2n ** 63n] }]), 'malformed'],
  ['an offset above 2^53', gguf([{ offset: 2n ** 63n }]), 'malformed'],
  ['rows that are no whole blocks', gguf([{ dims: [33], type: 2 }]), 'malformed'],
  ['quantised data past the end', gguf([{ dims: [32, 100], type: 2 }]), 'truncated'],
  ['more axes than there are', gguf([{ dims: new Array<number>(9).fill(1) }]), 'malformed'],
  ['an unknown type', gguf([{ type: 99 }]), 'unsupported'],
  ['the first version', gguf([{}], { version: 1 }), 'unsupported'],
  ['big-endian', gguf([{}], { version: 0x03000000 }), 'unsupported'],
  ['2^60 tensors', new Uint8Array([...GGUF, ...u32(3), ...u64(2n ** 60n), ...u64(0)]), 'malformed'],
  ['2^50 tensors', new Uint8Array([...GGUF, ...u32(3), ...u64(2n ** 50n), ...u64(0)]), 'truncated'],
  ['a key of 2^50 bytes', gguf([], { metadata: [1, [...u64(2n ** 50n)]] }), 'truncated'],
  [
    'a list of 2^52 numbers',
    gguf([], { metadata: [1, [...text('k'), ...u32(9), ...u32(12), ...u64(2n ** 52n)]] }),
    'truncated',
  ],
  [
    'lists in lists',
    gguf([], {
      metadata: [1, [...text('k'), ...u32(9), ...Array.from({ length: 20 }, () => [...u32(9), ...u64(1)]).flat()]],
    }),
    'malformed',
  ],
  [
    'an alignment of zero',
    gguf([], { metadata: [1, [...text('general.alignment'), ...u32(4), ...u32(0)]] }),
    'malformed',
  ],
];

for (const [what, bytes, code] of REFUSED) {
  test(`${what}: ${code}`, async () => {
    assert.is((await errorOf(() => openCheckpointSource(memorySource('x.gguf', bytes), FORMATS))).code, code);
  });
}

test('10000 damaged copies open, or are refused with a typed error', async () => {
  assert.ok((await assertSurvivesDamage('gguf/all.gguf', { runs: 10_000, growth: 16 })) < 10_000);
});

test.run();
