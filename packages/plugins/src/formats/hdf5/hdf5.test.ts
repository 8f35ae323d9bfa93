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
} from '../testing/checkpoint-files.js';

for (const [path, expected] of await expectedFiles('keras')) {
  test(`${path} gives every value`, async () => assertHolds(await openTestFile(path), expected));
}

for (const [name, code] of [
  ['external-link', 'unsafe-path'],
  ['external-data', 'unsafe-path'],
  ['soft-link', 'unsupported'],
  ['text', 'unsupported'],
  ['lzf', 'unsupported'],
] as const) {
  test(`${name} is refused as ${code}`, async () => {
    assert.is((await errorOf(() => openTestFile(`keras/refused-${name}.h5`))).code, code);
  });
}

test('a file that is cut is refused', async () => {
  const bytes = await readTestFile('keras/saved.weights.h5');
  for (const length of [8, 60, 200, 900, 4000]) {
    const source = memorySource('x.h5', bytes.subarray(0, length));
    assert.ok(['truncated', 'malformed'].includes((await errorOf(() => openCheckpointSource(source, FORMATS))).code));
  }
});

for (const [path, runs] of [
  ['keras/weights.h5', 4000],
  ['keras/latest.h5', 1500],
  ['keras/saved.weights.h5', 3000],
  ['keras/model.keras', 2000],
] as const) {
  test(`${runs} damaged copies of ${path} open, or are refused with a typed error`, async () => {
    assert.ok((await assertSurvivesDamage(path, { runs, growth: 1032 })) < runs);
  });
}

test.run();
