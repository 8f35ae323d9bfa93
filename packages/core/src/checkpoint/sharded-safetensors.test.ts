import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointError } from '../errors.js';
import { filePlace, openCheckpoint, writeSafetensors, writeShardedSafetensors } from '../node.js';
import { CheckpointWriter } from './checkpoint-writer.js';
import type { TensorToWrite } from './format.js';
import { memorySource } from './memory-source.js';
import { openCheckpointSource } from './open-checkpoint.js';
import { shardedSafetensors } from './safetensors-formats.js';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'incipit-sharded-'));

function tensor(name: string, values: readonly number[]): TensorToWrite {
  return {
    name,
    dtype: 'float32',
    shape: [values.length],
    bytes: () => new Uint8Array(new Float32Array(values).buffer),
  };
}

async function errorOf(run: () => Promise<unknown>): Promise<CheckpointError> {
  try {
    await run();
  } catch (error) {
    assert.instance(error, CheckpointError, String(error));
    return error as CheckpointError;
  }
  throw new Error('no error');
}

const TENSORS = [tensor('a.weight', [1, 2, 3, 4]), tensor('a.bias', [5, 6]), tensor('7', [7]), tensor('b', [8, 9, 10])];

test('shards are filled up to the limit, and the index gives every value back', async () => {
  const at = await folder();
  const index = join(at, 'model.safetensors.index.json');
  const shards = await writeShardedSafetensors(index, TENSORS, { maxShardBytes: 24, metadata: { seed: '1' } });
  assert.equal(
    shards.map((path) => path.slice(at.length + 1)),
    ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
  );
  const checkpoint = await openCheckpoint(index);
  assert.equal(checkpoint.header.metadata, { seed: '1', total_size: '40' });
  assert.equal(Object.keys(checkpoint.header.tensors).sort(), ['7', 'a.bias', 'a.weight', 'b']);
  for (const { name, bytes } of TENSORS) assert.equal(await checkpoint.read(name), await bytes());
  const part = new Uint8Array(4);
  await checkpoint.readPart?.('b', 4, part);
  assert.is(new Float32Array(part.buffer)[0], 9);
  assert.is((await errorOf(() => checkpoint.read('none'))).code, 'unknown-tensor');
  await checkpoint.close();
  await checkpoint.close();
});

test('a second checkpoint takes names of its own, and a run that fails leaves nothing', async () => {
  const at = await folder();
  const index = join(at, 'model.safetensors.index.json');
  await writeShardedSafetensors(index, TENSORS);
  const before = await readdir(at);
  const failing: TensorToWrite = { ...tensor('z', [1]), bytes: () => new Uint8Array(3) };
  await errorOf(() => writeShardedSafetensors(index, [...TENSORS, failing], { maxShardBytes: 8 }));
  assert.equal(await readdir(at), before);
  const [second] = await writeShardedSafetensors(index, [tensor('only', [1])]);
  assert.is(second, join(at, 'model-2-00001-of-00001.safetensors'));
  const checkpoint = await openCheckpoint(index);
  assert.equal(Object.keys(checkpoint.header.tensors), ['only']);
  await checkpoint.close();
  assert.is((await errorOf(() => writeShardedSafetensors(index, TENSORS, { maxShardBytes: 0 }))).code, 'bad-limit');
});

test('of two that are written to one index at the same time, one is whole and the other an error', async () => {
  const at = await folder();
  const index = join(at, 'model.safetensors.index.json');
  const begin = () =>
    CheckpointWriter.begin(filePlace(index), shardedSafetensors({ maxShardBytes: 16 }), { tensors: TENSORS });
  const [first, second] = [await begin(), await begin()];
  assert.equal(first.files, second.files);
  for (const { name, bytes } of TENSORS) {
    const own = await bytes();
    await first.write(name, own);
    await second.write(name, own.slice().fill(1));
  }
  await first.commit();
  assert.match((await errorOf(() => second.commit())).message, 'appeared while it was written');
  await second.abort();
  assert.equal((await readdir(at)).sort(), [...first.files].sort());
  const checkpoint = await openCheckpoint(index);
  for (const { name, bytes } of TENSORS) assert.equal(await checkpoint.read(name), await bytes());
  await checkpoint.close();
});

/** A shard with the tensors `a` and `b`. */
const shard = await (async () => {
  const path = join(await folder(), 's.safetensors');
  await writeSafetensors(path, [tensor('a', [1]), tensor('b', [2])]);
  return new Uint8Array(await readFile(path));
})();

const openIndex = (text: string) =>
  openCheckpointSource(
    memorySource('m.safetensors.index.json', new TextEncoder().encode(text), { 's.safetensors': shard }),
  );
const mapTo = (a: unknown, b: unknown): string => JSON.stringify({ weight_map: { a, b } });

const REFUSED: readonly (readonly [string, string, string])[] = [
  ['a shard outside the folder', mapTo('../s.safetensors', 's.safetensors'), 'unsafe-path'],
  ['a shard by an absolute path', mapTo('/s.safetensors', 's.safetensors'), 'unsafe-path'],
  ['a shard by a URL', mapTo('https://host/s.safetensors', 's.safetensors'), 'unsafe-path'],
  ['a shard that is not there', mapTo('t.safetensors', 's.safetensors'), 'not-found'],
  ['a shard that is no name', mapTo(1, 's.safetensors'), 'malformed'],
  [
    'a tensor that its shard lacks',
    '{"weight_map":{"a":"s.safetensors","b":"s.safetensors","c":"s.safetensors"}}',
    'malformed',
  ],
  ['a tensor that the index lacks', '{"weight_map":{"a":"s.safetensors"}}', 'malformed'],
  ['an index without a map', '{"metadata":{}}', 'malformed'],
  ['an index that is not JSON', '{"weight_map":', 'malformed'],
];

for (const [what, text, code] of REFUSED) {
  test(`${what} is refused as ${code}`, async () => {
    assert.is((await errorOf(() => openIndex(text))).code, code);
  });
}

test('an index is told by its content', async () => {
  const path = join(await folder(), 'any.json');
  await writeFile(path, '{"weight_map":{}}');
  assert.equal(Object.keys((await openCheckpoint(path)).header.tensors), []);
});

test('10 000 damaged shards and indexes open, or are refused with a typed error', async () => {
  const text = new TextEncoder().encode(mapTo('s.safetensors', 's.safetensors'));
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
  const damaged = (bytes: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array => {
    const copy = bytes.slice();
    for (const [at, value] of changes) copy[at % copy.length] = value;
    return copy;
  };
  const property = fc.asyncProperty(damage, fc.boolean(), async (changes, inShard) => {
    const source = memorySource('m.safetensors.index.json', inShard ? text : damaged(text, changes), {
      's.safetensors': inShard ? damaged(shard, changes) : shard,
    });
    try {
      const checkpoint = await openCheckpointSource(source);
      for (const name of Object.keys(checkpoint.header.tensors)) await checkpoint.read(name);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
    }
  });
  await fc.assert(property, { numRuns: 10_000, seed: 20261129 });
});

test.run();
