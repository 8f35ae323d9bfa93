import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { elementCount } from '@incipit/core';
import { fileSink, openSafetensors, writeSafetensors, writeShardedSafetensors } from '@incipit/core/node';
import { writeNpz } from '@incipit/plugins/formats/numpy';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callCli, folderWith, type Outcome, spawnCli } from './testing/run-cli.js';

const test = suite('a weight file as the model');

const folder = await folderWith({
  'config.yaml': '- type: Constant\n  layer: [Conv2d, Linear]\n  val: 0.5\n  bias: 2\n',
});
const at = (name: string): string => join(folder, name);
test.after(() => rm(folder, { recursive: true }));

const SHAPES = {
  'conv.weight': [4, 3, 3, 3],
  'norm.weight': [4],
  'norm.running_mean': [4],
  'fc.weight': [2, 4],
  'fc.bias': [2],
};
const tensors = Object.entries(SHAPES).map(([name, shape]) => {
  const bytes = () => new Uint8Array(new Float32Array(elementCount(shape)).fill(7).buffer);
  return { name, dtype: 'float32' as const, shape, bytes };
});
await writeSafetensors(at('model.safetensors'), tensors);

function args(command: string, ...more: readonly string[]): string[] {
  return [command, '--model', at('model.safetensors'), '--config', at('config.yaml'), ...more];
}

const init = (...more: readonly string[]): Promise<Outcome> =>
  spawnCli(args('init', '--out', at('out.safetensors'), ...more));

test('init sets what the rules name and keeps the rest', async () => {
  const { code, err } = await init();
  assert.is(code, 0, err);
  assert.is(err, '');
  const file = await openSafetensors(at('out.safetensors'));
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(SHAPES)) values[name] = [...new Set(new Float32Array((await file.read(name)).buffer))];
  await file.close();
  const kept = { 'norm.weight': [7], 'norm.running_mean': [7] };
  assert.equal(values, { 'conv.weight': [0.5], ...kept, 'fc.weight': [0.5], 'fc.bias': [2] });
});

test('a weight file may have any format that is known, and any name', async () => {
  await writeNpz(await fileSink(at('weights')), tensors);
  await writeShardedSafetensors(at('model.safetensors.index.json'), tensors, { maxShardBytes: 64 });
  const expected = await readFile(at('out.safetensors'));
  for (const name of ['weights', 'model.safetensors.index.json']) {
    const files = ['--model', at(name), '--config', at('config.yaml'), '--out', at('same.safetensors')];
    const { code, err } = await callCli(['init', ...files]);
    assert.is(code, 0, err);
    assert.equal(await readFile(at('same.safetensors')), expected, name);
  }
});

test('another element type is converted to', async () => {
  assert.is((await init('--dtype', 'bfloat16')).code, 0);
  const file = await openSafetensors(at('out.safetensors'));
  await file.close();
  assert.equal(new Set(Object.values(file.header.tensors).map(({ dtype }) => dtype)), new Set(['bfloat16']));
});

test('plan explains, and --fresh and a missing file are refused', async () => {
  const { code, out } = await callCli(args('plan'));
  assert.is(code, 0);
  assert.match(out, /conv\.weight .*constant 0\.5/);
  const fresh = await callCli(args('plan', '--fresh'));
  assert.is(fresh.code, 1);
  assert.match(fresh.err, /nothing but weights/);
  const missing = await callCli(['plan', '--model', at('none.safetensors'), '--config', at('config.yaml')]);
  assert.is(missing.code, 1);
  assert.match(missing.err, /does not exist/);
});

test.run();
