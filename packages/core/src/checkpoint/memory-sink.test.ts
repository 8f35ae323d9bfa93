import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  CheckpointError,
  memorySink,
  memorySource,
  openSafetensorsSource,
  SAFETENSORS,
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

test.run();
