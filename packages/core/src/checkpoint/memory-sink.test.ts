import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  CheckpointError,
  memoryPlace,
  memorySink,
  memorySource,
  openCheckpointSource,
  openSafetensorsSource,
  SAFETENSORS,
  shardedSafetensors,
  sinkPlace,
  writeCheckpointTo,
} from '../index.js';

const test = suite('memory sink');
const tensor = (name: string, length: number, fill: number) => {
  return { name, dtype: 'uint8' as const, shape: [length], bytes: () => new Uint8Array(length).fill(fill) };
};
const isNotWritten = (error: unknown): boolean => error instanceof CheckpointError && error.code === 'not-written';

test('what is written as safetensors is read back from the bytes', async () => {
  const sink = memorySink();
  await writeCheckpointTo(sinkPlace(sink), SAFETENSORS, {
    tensors: [tensor('small', 3, 1), tensor('large', 300_000, 2)],
    metadata: { format: 'pt' },
  });
  const checkpoint = await openSafetensorsSource(memorySource('in memory', sink.bytes));
  assert.equal(checkpoint.header.metadata, { format: 'pt' });
  assert.equal(await checkpoint.read('small'), new Uint8Array(3).fill(1));
  assert.equal(await checkpoint.read('large'), new Uint8Array(300_000).fill(2));
});

test('bytes come in any order, and the memory that they came from is free again', async () => {
  const sink = memorySink();
  const bytes = Uint8Array.of(4, 5);
  await sink.write(bytes, 2);
  bytes.fill(0);
  await sink.write(Uint8Array.of(1, 2), 0);
  await sink.commit();
  await sink.abort();
  assert.equal([...sink.bytes], [1, 2, 4, 5]);
});

test('there are no bytes before all is written, or after a failure', async () => {
  const sink = memorySink();
  await sink.write(Uint8Array.of(1), 0);
  assert.throws(() => sink.bytes, isNotWritten);
  const twice = [tensor('a', 1, 1), tensor('a', 1, 1)];
  await writeCheckpointTo(sinkPlace(sink), SAFETENSORS, { tensors: twice }).catch(() => undefined);
  assert.throws(() => sink.bytes, isNotWritten);
});

test('shards and their index are files of a place in memory', async () => {
  const place = memoryPlace('model.safetensors.index.json');
  const format = shardedSafetensors({ maxShardBytes: 4 });
  await writeCheckpointTo(place, format, { tensors: [tensor('a', 4, 1), tensor('b', 3, 2)] });
  const { [place.name]: index = new Uint8Array(), ...shards } = Object.fromEntries(place.files);
  assert.is(Object.keys(shards).length, 2);
  const checkpoint = await openCheckpointSource(memorySource(place.name, index, shards));
  assert.equal(await checkpoint.read('b'), new Uint8Array(3).fill(2));
});

test('a place in memory has none of the files of what failed', async () => {
  const place = memoryPlace('model.safetensors.index.json');
  const bad = { ...tensor('b', 3, 2), bytes: () => new Uint8Array(2) };
  await writeCheckpointTo(place, shardedSafetensors({ maxShardBytes: 4 }), { tensors: [tensor('a', 4, 1), bad] }).catch(
    () => undefined,
  );
  assert.is(place.files.size, 0);
});

test.run();
