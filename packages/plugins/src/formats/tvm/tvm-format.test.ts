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

for (const [path, expected] of await expectedFiles('tvm')) {
  test(`${path} gives every value`, async () => assertHolds(await openTestFile(path), expected));
}

const files = await readTestFolder('tvm');

const withRecord = (more: object, shard: object = {}): string => {
  const record = { name: 'w', shape: [2], dtype: 'float32', format: 'raw', nbytes: 8, byteOffset: 0, ...more };
  return JSON.stringify({
    records: [{ dataPath: 'params_shard_0.bin', format: 'raw-shard', records: [record], ...shard }],
  });
};

const REFUSED: readonly (readonly [string, string, string])[] = [
  ['a shard outside the folder', withRecord({}, { dataPath: '../params_shard_0.bin' }), 'unsafe-path'],
  ['a shard that is not there', withRecord({}, { dataPath: 'none.bin' }), 'not-found'],
  ['a tensor past the end', withRecord({ byteOffset: 20 }), 'truncated'],
  ['bytes that do not fit the shape', withRecord({ shape: [3] }), 'malformed'],
  ['a shape that overflows', withRecord({ shape: [4294967296, 4294967296] }), 'malformed'],
  ['a negative place', withRecord({ byteOffset: -8 }), 'malformed'],
  ['an unknown dtype', withRecord({ dtype: 'float8' }), 'unsupported'],
  ['an unknown format', withRecord({ format: 'zip' }), 'unsupported'],
  ['no records', '{"x":"raw-shard"}', 'malformed'],
];

for (const [what, text, code] of REFUSED) {
  test(`${what}: ${code}`, async () => {
    const source = memorySource('tensor-cache.json', new TextEncoder().encode(text), files);
    assert.is((await errorOf(() => openCheckpointSource(source, FORMATS))).code, code);
  });
}

test('10000 damaged copies open, or are refused with a typed error', async () => {
  assert.ok((await assertSurvivesDamage('tvm/tensor-cache.json', { runs: 10_000, growth: 16 })) < 10_000);
});

test.run();
