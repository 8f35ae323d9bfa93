import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointError } from '../errors.js';
import { openBeside } from './beside.js';
import type { CheckpointFormat } from './format.js';
import { memorySource } from './memory-source.js';
import { openCheckpointSource } from './open-checkpoint.js';
import { openSafetensorsSource } from './safetensors.js';

async function codeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
  } catch (error) {
    assert.instance(error, CheckpointError);
    return (error as CheckpointError).code;
  }
  return 'no error';
}

/** A safetensors file without tensors. */
const EMPTY = new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]);

test('safetensors is told by its content, whatever its name', async () => {
  const checkpoint = await openCheckpointSource(memorySource('weights.bin', EMPTY));
  assert.equal(Object.keys(checkpoint.header.tensors), []);
});

test('formats that are given come first', async () => {
  const format: CheckpointFormat = {
    name: 'mine',
    matches: ({ name, head }) => name === 'mine' && head.byteLength === EMPTY.byteLength,
    open: async () => openSafetensorsSource(memorySource('other', EMPTY)),
  };
  const checkpoint = await openCheckpointSource(memorySource('mine', EMPTY), [format]);
  assert.is(checkpoint.header.source, 'other');
});

test('a file of no known format is refused, and closed', async () => {
  let closed = false;
  const source = {
    ...memorySource('notes.txt', new TextEncoder().encode('hello')),
    close: async () => {
      closed = true;
    },
  };
  assert.is(await codeOf(() => openCheckpointSource(source)), 'unknown-format');
  assert.ok(closed);
});

const files = { 'a.bin': new Uint8Array(3), 'sub/b.bin': new Uint8Array(4) };

test('files beside a checkpoint are opened by plain relative names', async () => {
  const source = memorySource('index.json', EMPTY, files);
  assert.is((await openBeside(source, 'a.bin')).size, 3);
  assert.is((await openBeside(source, 'sub/b.bin')).size, 4);
  assert.is(await codeOf(() => openBeside(source, 'c.bin')), 'not-found');
});

for (const name of [
  '',
  '..',
  '../a.bin',
  'sub/../../a.bin',
  './a.bin',
  '/etc/passwd',
  '\\\\host\\a',
  'C:\\a',
  'c:a',
  'sub\\..\\a',
  '~/a',
  'http://host/a',
  'file:///etc/passwd',
  'a\u0000.bin',
  'sub//a',
  'sub/',
]) {
  test(`the name ${JSON.stringify(name)} is refused as unsafe`, async () => {
    assert.is(await codeOf(() => openBeside(memorySource('index.json', EMPTY, files), name)), 'unsafe-path');
  });
}

test.run();
