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
] as const) {
  test(`${name} is refused as ${code}`, async () => {
    assert.is((await errorOf(() => openTestFile(`keras/refused-${name}.h5`))).code, code);
  });
}

for (const [name, why] of [
  ['text', 'neither a number nor a flag'],
  ['lzf', 'compressed by filter 32000'],
  ['unwritten', 'never written'],
  ['half-written', '1 of the 9 chunks'],
] as const) {
  test(`${name} is listed, and refused where it is read`, async () => {
    const { header, read } = await openTestFile(`keras/refused-${name}.h5`);
    const [[title, { reason }] = ['', { reason: '' }]] = Object.entries(header.unreadable ?? {});
    assert.match(reason, why);
    assert.is((await errorOf(() => read(title))).code, 'unsupported');
    for (const other of Object.keys(header.tensors)) assert.ok((await read(other)).byteLength > 0);
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
