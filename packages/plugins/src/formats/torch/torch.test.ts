import { existsSync } from 'node:fs';
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
  readTestFile,
  readTestFolder,
} from '../testing/checkpoint-files.js';

for (const [path, expected] of await expectedFiles('torch')) {
  test(`${path} of torch gives every value`, async () => assertHolds(await openTestFile(path), expected));
}

const attacks = Object.keys(await readTestFolder('torch')).filter((name) => name.startsWith('attack-'));

test('there are attacks to try', () => assert.ok(attacks.length >= 10));

for (const name of attacks) {
  test(`${name} is refused, and nothing runs`, async () => {
    const error = await errorOf(() => openTestFile(`torch/${name}`));
    assert.is(error.code, 'unsafe-pickle');
    assert.match(error.message, /list of what may be in a checkpoint/);
    assert.not(existsSync('/tmp/incipit-was-here'));
  });
}

test('a pickled module and complex numbers are refused, with the way out', async () => {
  const module = await errorOf(() => openTestFile('torch/refused-module.pt'));
  assert.is(module.code, 'unsafe-pickle');
  assert.match(module.message, 'state_dict()');
  assert.is((await errorOf(() => openTestFile('torch/refused-complex.pt'))).code, 'unsupported');
});

test('tensors that cannot be read are listed, with the reason', async () => {
  const { header } = await openTestFile('torch/unread.pt');
  assert.equal(Object.keys(header.tensors), ['good']);
  const told = Object.entries(header.unreadable ?? {}).map(([name, { dtype, shape }]) => [name, dtype, shape]);
  assert.equal(told, [
    ['neg', 'float32 with its neg bit set', [2]],
    ['quantised', 'qint8', [3]],
    ['sparse', 'sparse float32', [3, 3]],
    ['complex', 'complex64', [2]],
  ]);
});

test('the wrapper is told, with the numbers and texts beside it', async () => {
  const { header } = await openTestFile('torch/wrapped.pth');
  assert.equal(header.metadata, { epoch: '3', best: '0.5', name: 'net', root: 'state_dict' });
});

test('only what a view needs is read', async () => {
  const bytes = await readTestFile('torch/plain.pt');
  let most = 0;
  const inner = memorySource('plain.pt', bytes);
  const source = {
    ...inner,
    read: async (offset: number, length: number) => {
      most = Math.max(most, length);
      return inner.read(offset, length);
    },
  };
  const checkpoint = await openCheckpointSource(source, FORMATS);
  most = 0;
  await checkpoint.read('rows');
  assert.is(most, 3 * 4 * 4);
});

test('each tensor that lies in order is read in parts, whatever lies beside it', async () => {
  for (const path of ['torch/plain.pt', 'torch/legacy.pth']) {
    const checkpoint = await openTestFile(path);
    const inParts = async (name: string) => checkpoint.readPart?.(name, 4, new Uint8Array(4));
    assert.is(await inParts('transposed'), false);
    assert.is(await inParts('rows'), true);
    assert.is(await inParts('weight'), true);
  }
});

test('a legacy file whose storage has another length than its pickle says is refused when that is read', async () => {
  const bytes = await readTestFile('torch/legacy.pth');
  const { rows, weight } = (await expectedFiles('torch')).get('torch/legacy.pth') ?? {};
  const first = Buffer.from(bytes).indexOf(Buffer.from(weight?.base64 ?? '', 'base64'));
  new DataView(bytes.buffer).setBigUint64(first - 8, 5n, true);
  const checkpoint = await openCheckpointSource(memorySource('x.pth', bytes), FORMATS);
  assert.is((await checkpoint.read('rows')).byteLength, Buffer.from(rows?.base64 ?? '', 'base64').byteLength);
  for (const read of [
    () => checkpoint.read('weight'),
    async () => checkpoint.readPart?.('weight', 4, new Uint8Array(4)),
  ]) {
    assert.match((await errorOf(read)).message, /two lengths/);
  }
});

/** A legacy file whose object is this pickle. */
function legacy(pickle: string): Uint8Array {
  const magic = '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.';
  const text = `${magic}\x80\x02M\xe9\x03.\x80\x02}.\x80\x02${pickle}.\x80\x02].`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const storage = '(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x04tQ';
const tensor = (shape: string, strides: string, offset = 'K\0'): string =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${offset}${shape}${strides}\x89NtR`;
const BIG = 'J\xff\xff\xff\x7f';

const REFUSED: readonly (readonly [string, string, string])[] = [
  ['a tensor larger than its storage', tensor('K\x05\x85', 'K\x01\x85'), 'malformed'],
  ['a tensor that starts past its storage', tensor('K\x01\x85', 'K\x01\x85', 'K\x04'), 'malformed'],
  ['a shape that overflows', tensor(`(${BIG}${BIG}${BIG}${BIG}t`, '(K\0K\0K\0K\0t'), 'malformed'],
  ['an expansion to gigabytes', tensor(`${BIG}\x85`, 'K\0\x85'), 'malformed'],
  ['a negative stride', tensor('K\x02\x85', 'J\xff\xff\xff\xff\x85'), 'malformed'],
  ['a call of a call', `${tensor('K\x01\x85', 'K\x01\x85')})R`, 'malformed'],
  ['a name in two steps', '\x8c\x02os\x8c\x06system\x93', 'unsafe-pickle'],
  ['a name on the list by another way', 'ctorch._utils\nos.system\n', 'unsafe-pickle'],
  ['an instruction of old protocols', 'ios\nsystem\n', 'malformed'],
  ['an extension registry', '\x82\x01', 'malformed'],
  ['a number of a million bytes', '\x8b\x40\x42\x0f\0', 'malformed'],
  ['a text of 4 GB', 'X\xff\xff\xff\xff', 'truncated'],
  ['a value that is missing', '\x85', 'malformed'],
  ['a memo that is empty', 'h\x07', 'malformed'],
  ['lists that hold themselves', ']q\0h\0a', 'malformed'],
  ['a thousand lists in lists', `${']'.repeat(1000)}${'a'.repeat(999)}`, 'malformed'],
  ['a shape of a thousand axes', tensor(`(${'K\x01'.repeat(1000)}t`, `(${'K\0'.repeat(1000)}t`), 'malformed'],
  [
    'a long list that is copied again and again',
    `](${'K\x01'.repeat(30_000)}eq\x01ccollections\nOrderedDict\nq\x020${'h\x02h\x01\x85R0'.repeat(1000)}N`,
    'too-large',
  ],
  [
    'a long name that is given to everything',
    `X\x40\x42\x0f\0${'n'.repeat(1_000_000)}q\x01}h\x01](${`${tensor('K\x01\x85', 'K\x01\x85')}q\x03`}${'h\x03'.repeat(1000)}es`,
    'malformed',
  ],
  // Each list holds the one before it ten times: 10^20 paths.
  [
    'lists that multiply',
    `]q\0${Array.from({ length: 20 }, (_, k) => `](${`h${String.fromCharCode(k)}`.repeat(10)}eq${String.fromCharCode(k + 1)}0`).join('')}h\x14`,
    'malformed',
  ],
];

for (const [what, pickle, code] of REFUSED) {
  test(`${what}: ${code}`, async () => {
    assert.is((await errorOf(() => openCheckpointSource(memorySource('x.pth', legacy(pickle)), FORMATS))).code, code);
  });
}

for (const [path, runs] of [
  ['torch/plain.pt', 3000],
  ['torch/script.pt', 1500],
  ['torch/wrapped.pth', 2000],
  ['torch/legacy.pth', 5000],
] as const) {
  test(`${runs} damaged copies of ${path} open, or are refused with a typed error`, async () => {
    assert.ok((await assertSurvivesDamage(path, { runs, growth: 16 })) < runs);
    assert.not(existsSync('/tmp/incipit-was-here'));
  });
}

test.run();
