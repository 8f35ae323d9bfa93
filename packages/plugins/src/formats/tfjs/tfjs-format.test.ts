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

for (const [path, expected] of await expectedFiles('tfjs')) {
  test(`${path} gives every value`, async () => assertHolds(await openTestFile(path), expected));
}

const files = await readTestFolder('tfjs');

test('a manifest alone, as older converters wrote it, gives every value', async () => {
  const { weightsManifest } = JSON.parse(new TextDecoder().decode(files['model.json'])) as { weightsManifest: unknown };
  const text = new TextEncoder().encode(JSON.stringify(weightsManifest, null, 2));
  const expected = (await expectedFiles('tfjs')).get('tfjs/model.json') ?? {};
  await assertHolds(await openCheckpointSource(memorySource('weights_manifest.json', text, files), FORMATS), expected);
});

const withWeights = (weights: unknown, paths: unknown = ['quantized.bin']): string =>
  JSON.stringify({ weightsManifest: [{ paths, weights }] });
const weight = (more: object): object => ({ name: 'w', shape: [41], dtype: 'uint8', ...more });

const REFUSED: readonly (readonly [string, string, string])[] = [
  ['a shard outside the folder', withWeights([], ['../quantized.bin']), 'unsafe-path'],
  ['a shard by a URL', withWeights([], ['http://host/x.bin']), 'unsafe-path'],
  ['a shard that is not there', withWeights([], ['none.bin']), 'not-found'],
  ['a shard that is no name', withWeights([], [1]), 'malformed'],
  ['fewer weights than bytes', withWeights([weight({ dtype: 'float32', shape: [2] })]), 'malformed'],
  ['more weights than bytes', withWeights([weight({ dtype: 'float32', shape: [2000] })]), 'truncated'],
  ['a shape that overflows', withWeights([weight({ dtype: 'float32', shape: [4294967296, 4294967296] })]), 'malformed'],
  ['a negative extent', withWeights([weight({ dtype: 'float32', shape: [-1] })]), 'malformed'],
  ['text', withWeights([weight({ dtype: 'string' })]), 'unsupported'],
  [
    'an unknown quantisation',
    withWeights([weight({ dtype: 'float32', quantization: { dtype: 'int4' } })]),
    'malformed',
  ],
  [
    'a scale that is no number',
    withWeights([weight({ dtype: 'int32', quantization: { dtype: 'uint8', scale: 'x' } })]),
    'malformed',
  ],
  ['no manifest', '{"modelTopology":{}}', 'malformed'],
];

for (const [what, text, code] of REFUSED) {
  test(`${what}: ${code}`, async () => {
    const source = memorySource('model.json', new TextEncoder().encode(text), files);
    assert.is((await errorOf(() => openCheckpointSource(source, FORMATS))).code, code);
  });
}

for (const [path, runs] of [
  ['tfjs/model.json', 3000],
  ['tfjs/quantized.json', 7000],
] as const) {
  test(`${runs} damaged copies of ${path} open, or are refused with a typed error`, async () => {
    assert.ok((await assertSurvivesDamage(path, { runs, growth: 16 })) < runs);
  });
}

test.run();
