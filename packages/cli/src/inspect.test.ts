import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSafetensors } from '@incipit/core/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callCli, folderWith, spawnCli } from './testing/run-cli.js';

const test = suite('inspect');

const folder = await folderWith({
  'notes.txt': 'hello',
  'model.safetensors.index.json': { weight_map: { a: '../a' } },
});
const at = (name: string): string => join(folder, name);
test.after(() => rm(folder, { recursive: true }));

/** Files that Python's libraries wrote. */
const written = (name: string): string =>
  fileURLToPath(new URL(`../../plugins/test-data/checkpoints/${name}`, import.meta.url));

const floats = (values: readonly number[]) => ({
  dtype: 'float32' as const,
  shape: [values.length],
  bytes: () => new Uint8Array(new Float32Array(values).buffer),
});

await writeSafetensors(at('a.safetensors'), [
  { name: 'layer.weight', ...floats([1, 2, 3, 4]) },
  { name: 'layer.bias', ...floats([Number.NaN, 1, 3]) },
  { name: 'empty', ...floats([]) },
  { name: 'steer\u001b[31m', ...floats([0]) },
]);

test('it tells what the values are like', async () => {
  const { code, out } = await callCli(['inspect', at('a.safetensors')]);
  assert.is(code, 0);
  assert.match(out, '│  ├─ weight  float32 [4]  1 … 4, mean 2.5, std 1.118\n');
  assert.match(out, '│  └─ bias  float32 [3]  1 … 3, mean 2, std 1, 1 not finite\n');
  assert.match(out, '├─ empty  float32 [0]\n');
  assert.match(out, '4 tensors, 8 elements');
});

test('names of a file do not steer the terminal', async () => {
  assert.not.match((await callCli(['inspect', at('a.safetensors')])).out, '\u001b');
});

test('--json has the same, and --header-only leaves the values alone', async () => {
  const { out } = await callCli(['inspect', at('a.safetensors'), '--json']);
  const { tensors } = JSON.parse(out) as { tensors: Record<string, { dtype: string; statistics?: object }> };
  assert.equal(tensors['layer.weight']?.statistics, { min: 1, max: 4, mean: 2.5, std: Math.sqrt(1.25), notFinite: 0 });
  assert.equal(tensors['empty']?.statistics, { min: null, max: null, mean: null, std: null, notFinite: 0 });
  const bare = await callCli(['inspect', at('a.safetensors'), '--json', '--header-only']);
  assert.not.match(bare.out, 'statistics');
  assert.match((await callCli(['inspect', at('a.safetensors'), '--header-only'])).out, 'weight  float32 [4]\n');
});

for (const [name, line] of [
  ['torch/wrapped.pth', 'running_var  float32 [4]'],
  ['torch/legacy.pth', 'bf16  bfloat16 [2, 3]'],
  ['numpy/packed.npz', 'zeros  float32 [64, 64]  0 … 0'],
  ['numpy/f4.npy', 'f4  float32 [3, 4]'],
  ['gguf/all.gguf', 'q4_k  float32 [2, 512]'],
  ['tfjs/model.json', 'kernel  float32 [3, 3, 1, 2]'],
  ['tvm/tensor-cache.json', 'q_weight  uint32 [1, 2]'],
  ['onnx/external.onnx', 'weight  float32 [2, 3, 3, 3]'],
  ['keras/weights.h5', 'packed  float32 [32, 8]'],
  ['keras/model.keras', 'float32 [3, 3, 1, 2]'],
] as const) {
  test(`it lists ${name}`, async () => {
    const { code, out, err } = await callCli(['inspect', written(name)]);
    assert.is(code, 0, err);
    assert.match(out, line);
  });
}

test('a tensor that cannot be read is listed with its reason', async () => {
  const { code, out } = await callCli(['inspect', written('keras/refused-lzf.h5')]);
  assert.is(code, 0);
  assert.match(out, 'cannot be read: the file has');
  assert.match((await callCli(['inspect', written('keras/refused-lzf.h5'), '--json'])).out, '"unreadable"');
});

await writeFile(at('short.safetensors'), new Uint8Array(5));

for (const [path, what] of [
  [at('notes.txt'), 'not a checkpoint of a known format'],
  [at('short.safetensors'), 'truncated'],
  [at('none.gguf'), 'does not exist'],
  [at('model.safetensors.index.json'), 'outside its folder'],
  [written('torch/attack-os-system.pt'), 'not on the list'],
  [written('numpy/refused-objects.npy'), "'|O'"],
] as const) {
  test(`of ${path.replace(/.*\//, '')} it says in one line what is wrong`, async () => {
    const { code, out, err } = await spawnCli(['inspect', path]);
    assert.is(code, 1);
    assert.is(out, '');
    assert.match(err, /^CheckpointError: [^\n]+\n$/);
    assert.match(err, what);
  });
}

test.run();
