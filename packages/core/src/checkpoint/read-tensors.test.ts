import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Checkpoint, CheckpointError, readTensors } from '../index.js';

interface Watched {
  readonly checkpoint: Checkpoint;
  /** Reads that are on their way, and the most that ever were; bytes likewise. */
  readonly seen: { now: number; most: number; bytes: number; mostBytes: number };
}

/** Tensors of so many bytes each; later ones are read faster, so that they come before it is their turn. */
function watched(lengths: readonly number[], broken?: string): Watched {
  const seen = { now: 0, most: 0, bytes: 0, mostBytes: 0 };
  const entries = lengths.map((byteLength, index) => [
    `t${index}`,
    { dtype: 'uint8' as const, shape: [byteLength], byteOffset: 0, byteLength },
  ]);
  const tensors = Object.fromEntries(entries) as Checkpoint['header']['tensors'];
  return {
    seen,
    checkpoint: {
      header: { source: 'test', tensors, metadata: {} },
      async read(name) {
        const length = tensors[name]?.byteLength ?? 0;
        seen.now += 1;
        seen.bytes += length;
        seen.most = Math.max(seen.most, seen.now);
        seen.mostBytes = Math.max(seen.mostBytes, seen.bytes);
        await new Promise((resolve) => setTimeout(resolve, Math.max(1, 8 - Number(name.slice(1)))));
        seen.now -= 1;
        seen.bytes -= length;
        if (name === broken) throw new CheckpointError({ code: 'truncated', what: `${name} is cut off` });
        return new Uint8Array([Number(name.slice(1))]);
      },
      async close() {},
    },
  };
}

async function namesOf(checkpoint: Checkpoint, names?: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const [name, bytes] of readTensors(checkpoint, names)) {
    assert.equal([...bytes], [Number(name.slice(1))]);
    found.push(name);
  }
  return found;
}

const TEN = new Array<number>(10).fill(100);

test('tensors come in order, four being read at once', async () => {
  const { checkpoint, seen } = watched(TEN);
  assert.equal(await namesOf(checkpoint), Object.keys(checkpoint.header.tensors));
  assert.is(seen.most, 4);
});

test('or those that were asked for, in that order', async () => {
  assert.equal(await namesOf(watched(TEN).checkpoint, ['t7', 't2', 't9']), ['t7', 't2', 't9']);
  assert.equal(await namesOf(watched(TEN).checkpoint, []), []);
});

test('large ones are not all read ahead', async () => {
  const { checkpoint, seen } = watched([40 << 20, 20 << 20, 20 << 20, 100 << 20, 1, 1]);
  assert.is((await namesOf(checkpoint)).length, 6);
  assert.ok(seen.mostBytes <= 100 << 20, `${seen.mostBytes} bytes at once`);
});

test('one that cannot be read is told in its turn, and nothing is being read afterwards', async () => {
  const { checkpoint, seen } = watched(TEN, 't2');
  const found: string[] = [];
  try {
    for await (const [name] of readTensors(checkpoint)) found.push(name);
    assert.unreachable();
  } catch (error) {
    assert.is((error as CheckpointError).code, 'truncated');
  }
  assert.equal(found, ['t0', 't1']);
  assert.is(seen.now, 0);
});

test('who stops early leaves nothing behind', async () => {
  const { checkpoint, seen } = watched(TEN);
  for await (const [name] of readTensors(checkpoint)) if (name === 't3') break;
  assert.is(seen.now, 0);
});

test.run();
