import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  CheckpointError,
  Module,
  Parameter,
  plan,
  SAFETENSORS,
  shardedSafetensors,
  type WritableFormat,
} from '../index.js';
import { executeToFile, formatOfPath, openCheckpoint } from '../node.js';

const test = suite('the format that a path asks for');

const JSON_FORMAT: WritableFormat = { ...SAFETENSORS, name: 'json', endings: ['.json'] };
const OTHER_JSON: WritableFormat = { ...JSON_FORMAT, name: 'other' };

for (const [path, name] of [
  ['a/b.safetensors', 'safetensors'],
  ['B.SafeTensors', 'safetensors'],
  ['m.safetensors.index.json', 'safetensors index'],
  ['model.json', 'json'],
] as const) {
  test(`${path}: ${name}`, () => assert.is(formatOfPath(path, [JSON_FORMAT, OTHER_JSON]).name, name));
}

test('one that is none is refused with those that there are', () => {
  assert.throws(
    () => formatOfPath('weights.bin', [{ name: 'read only', matches: () => true, open: SAFETENSORS.open }]),
    (error: unknown) =>
      error instanceof CheckpointError &&
      error.code === 'unknown-format' &&
      /one of \.safetensors, \.safetensors\.index\.json\./.test(error.message),
  );
});

class Net extends Module {
  static override readonly className = 'Net';
  readonly weight: Parameter = new Parameter([100, 30]);
  readonly bias: Parameter = new Parameter([100]);
}

test('a run streams into shards', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'incipit-shards-'));
  const made = plan(new Net(), { type: 'Constant', layer: 'Net', val: 2, bias: 3 }, { seed: 1 });
  const index = join(folder, 'm.safetensors.index.json');
  await executeToFile(made, new Net(), index, { formats: [shardedSafetensors({ maxShardBytes: 1000 })] });
  assert.is((await readdir(folder)).length, 3);
  const checkpoint = await openCheckpoint(index);
  assert.is(checkpoint.header.metadata['plan_hash'], made.hash);
  const values = async (name: string) => new Set(new Float32Array((await checkpoint.read(name)).slice().buffer));
  assert.equal([...(await values('weight'))], [2]);
  assert.equal([...(await values('bias'))], [3]);
  await checkpoint.close();
  await rm(folder, { recursive: true });
});

test.run();
