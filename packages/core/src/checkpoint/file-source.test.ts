import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointError } from '../errors.js';
import { openSafetensors, writeSafetensors } from '../node.js';

const test = suite('checkpoint/file-source');

const folder = await mkdtemp(join(tmpdir(), 'incipit-file-source-'));
test.after(() => rm(folder, { recursive: true }));

/** Smaller than a block, larger, and large enough for several reads at once that do not divide it evenly. */
const LENGTHS = { bias: 3, weight: 30_000, embedding: 3_500_011, scale: 1, head: 2_097_152, last: 7 };

type Name = keyof typeof LENGTHS;
const NAMES = Object.keys(LENGTHS) as Name[];

const VALUES = new Map(
  NAMES.map((name) => {
    const numbers = new Int32Array(LENGTHS[name]);
    for (let index = 0; index < numbers.length; index++) numbers[index] = name.length * 1000 + index;
    return [name, new Uint8Array(numbers.buffer)];
  }),
);
const values = (name: Name): Uint8Array => VALUES.get(name) ?? new Uint8Array();

async function fileOfAll(path: string): Promise<string> {
  const tensors = NAMES.map((name) => ({
    name,
    dtype: 'int32' as const,
    shape: [LENGTHS[name]],
    bytes: () => values(name),
  }));
  await writeSafetensors(path, tensors);
  return path;
}

const path = await fileOfAll(join(folder, 'all.safetensors'));
for (const [order, names] of [
  ['forwards', NAMES],
  ['backwards', [...NAMES].reverse()],
] as const) {
  test(`tensors of all sizes are read ${order}, whole and in parts`, async () => {
    const checkpoint = await openSafetensors(path);
    for (const name of names) {
      const expected = values(name);
      assert.ok(Buffer.compare(await checkpoint.read(name), expected) === 0, name);
      const part = new Uint8Array(expected.byteLength - 3);
      assert.is(await checkpoint.readPart?.(name, 2, part), true);
      assert.ok(Buffer.compare(part, expected.subarray(2, -1)) === 0, name);
    }
    await checkpoint.close();
  });
}

test('tensors that are asked for at once do not disturb one another', async () => {
  const checkpoint = await openSafetensors(path);
  const read = await Promise.all([...NAMES, ...NAMES].map((name) => checkpoint.read(name)));
  for (const [index, name] of [...NAMES, ...NAMES].entries()) {
    assert.ok(Buffer.compare(read[index] ?? new Uint8Array(), values(name)) === 0, name);
  }
  await checkpoint.close();
});

test('a file that is cut off while it is open is told as such', async () => {
  const cut = await fileOfAll(join(folder, 'cut.safetensors'));
  const checkpoint = await openSafetensors(cut);
  await truncate(cut, 1 << 20);
  for (const name of ['embedding', 'head', 'last']) {
    const error = await checkpoint.read(name).catch((thrown: unknown) => thrown);
    assert.instance(error, CheckpointError, name);
    assert.is((error as CheckpointError).code, 'truncated', name);
  }
  await checkpoint.close();
});

test.run();
