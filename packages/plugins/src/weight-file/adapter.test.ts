import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  byteSize,
  type Checkpoint,
  type DType,
  elementCount,
  initialize,
  type ModuleNode,
  memoryPlace,
  memorySink,
  memorySource,
  openCheckpointSource,
  openSafetensorsSource,
  plan,
  SAFETENSORS,
  shardedSafetensors,
  sinkPlace,
  type TensorToWrite,
  writeCheckpointTo,
} from '@incipit/core';
import { executeToFile, openSafetensors, writeSafetensors } from '@incipit/core/node';
import { ADAPTER_CASES } from '@incipit/core/testing';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { weightFile } from './adapter.js';

const test = suite('weight file');
let folder = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incipit-weight-file-'));
});
test.after(() => rm(folder, { recursive: true }));

const MODEL: Readonly<Record<string, readonly number[]>> = {
  'stem.conv.weight': [8, 3, 3, 3],
  'stem.norm.weight': [8],
  'stem.norm.bias': [8],
  'stem.norm.running_mean': [8],
  'stem.norm.num_batches_tracked': [],
  'tokens.weight': [50, 16],
  'head.weight': [200, 500],
  'head.bias': [200],
  'blocks.0.w': [4, 6],
  'odd..name': [2],
  'back\\slash.weight': [2, 2],
  'blocks.0': [3],
  'ключ.名': [5],
  'empty.weight': [0, 4],
  'extra.doubles': [3],
  'extra.flags': [4],
  'extra.bytes': [5],
};

const DTYPES: Readonly<Record<string, DType>> = {
  'stem.norm.num_batches_tracked': 'int64',
  'tokens.weight': 'bfloat16',
  'extra.doubles': 'float64',
  'extra.flags': 'bool',
  'extra.bytes': 'int8',
};

function tensorsOf(shapes: Readonly<Record<string, readonly number[]>>): readonly TensorToWrite[] {
  return Object.entries(shapes).map(([name, shape]) => {
    const dtype = DTYPES[name] ?? 'float32';
    return { name, dtype, shape, bytes: () => new Uint8Array(elementCount(shape) * byteSize(dtype)) };
  });
}

async function openModel(shapes = MODEL): Promise<Checkpoint> {
  const path = join(folder, 'model.safetensors');
  await writeSafetensors(path, tensorsOf(shapes), { format: 'pt' });
  return openSafetensors(path);
}

function modules(node: ModuleNode): readonly ModuleNode[] {
  return [node, ...node.children.flatMap(modules)];
}

for (const { name, check } of ADAPTER_CASES) {
  test(`${name}, for a file`, async () => {
    const checkpoint = await openModel();
    await check(weightFile(checkpoint, { layout: 'torch' }));
    await checkpoint.close();
  });
  test(`${name}, for bytes in memory`, async () => {
    await (await openModel()).close();
    const bytes = await readFile(join(folder, 'model.safetensors'));
    await check(weightFile(await openSafetensorsSource(memorySource('in memory', bytes))));
  });
  test(`${name}, for shards`, async () => {
    const place = memoryPlace('model.safetensors.index.json');
    await writeCheckpointTo(place, shardedSafetensors({ maxShardBytes: 2000 }), { tensors: tensorsOf(MODEL) });
    const index = place.files.get(place.name) ?? new Uint8Array();
    const source = memorySource(place.name, index, Object.fromEntries(place.files));
    await check(weightFile(await openCheckpointSource(source), { layout: 'torch' }));
  });
  test(`${name}, for tensors that are read whole`, async () => {
    const { header, read, close } = await openModel();
    await check(weightFile({ header, read, close }));
    await close();
  });
}

test("names are modules and parameters; PyTorch's layout gives types, axes and buffers", async () => {
  const checkpoint = await openModel();
  const all = modules(weightFile(checkpoint, { layout: 'torch', types: { tokens: 'Embedding' } }).tree());
  const types = Object.fromEntries(all.map((module) => [module.path, module.types.join(' ')]));
  assert.is(types['stem.conv'], 'Conv2d _ConvNd Module');
  assert.is(types['stem.norm'], '_BatchNorm _NormBase Module');
  assert.is(types['tokens'], 'Embedding Module');
  assert.is(types['head'], 'Linear Module');
  assert.is(types['blocks.0'], 'Module');
  const parameters = new Map(all.flatMap((module) => module.parameters).map((one) => [one.path, one]));
  assert.equal(parameters.get('stem.conv.weight')?.axes, ['out', 'in', 'spatial', 'spatial']);
  assert.equal(parameters.get('head.bias')?.axes, ['elementwise']);
  assert.is(parameters.get('blocks.0.w')?.axes, undefined);
  assert.is(parameters.get('blocks.0.w')?.role, 'weight');
  const buffers = [...parameters.values()].filter(({ trainable }) => !trainable).map(({ path }) => path);
  const whole = ['extra.doubles', 'extra.flags', 'extra.bytes'];
  assert.equal(buffers, ['stem.norm.running_mean', 'stem.norm.num_batches_tracked', ...whole]);
  assert.ok(parameters.has('odd\\.\\.name') && parameters.has('back\\\\slash.weight') && parameters.has('blocks.0'));
  await checkpoint.close();
});

test("PyTorch's recurrent layers are known by their weights, with gates and fans of one", async () => {
  const layer = (gates: number, suffix = '_l0') => ({
    [`weight_ih${suffix}`]: [gates * 5, 3],
    [`weight_hh${suffix}`]: [gates * 5, 5],
    [`bias_ih${suffix}`]: [gates * 5],
    [`bias_hh${suffix}`]: [gates * 5],
  });
  const modulesOf = {
    lstm: { ...layer(4), ...layer(4, '_l0_reverse') },
    gru: layer(3),
    rnn: layer(1),
    cell: layer(3, ''),
  };
  const shapes = Object.entries({ ...modulesOf, other: { weight_hh_l0: [20, 3], weight_ih_l0: [20, 3] } }).flatMap(
    ([module, tensors]) => Object.entries(tensors).map(([name, shape]) => [`${module}.${name}`, shape] as const),
  );
  const checkpoint = await openModel(Object.fromEntries(shapes));
  const model = weightFile(checkpoint, { layout: 'torch' });
  const types = Object.fromEntries(modules(model.tree()).map(({ path, types }) => [path, types.join(' ')]));
  assert.equal(
    [types['lstm'], types['gru'], types['rnn'], types['cell'], types['other']],
    ['LSTM RNNBase Module', 'GRU RNNBase Module', 'RNN RNNBase Module', 'GRUCell RNNCellBase Module', 'Module'],
  );
  const { steps } = plan(model, { type: 'Xavier', layer: ['RNNBase', 'RNNCellBase'] });
  const fans = new Map(steps.map(({ path, provenance: { fans } }) => [path, [fans?.fanIn, fans?.fanOut]]));
  assert.equal(fans.get('lstm.weight_ih_l0_reverse'), [3, 5]);
  assert.equal(fans.get('gru.weight_hh_l0'), [5, 5]);
  const gate = modules(model.tree()).find(({ path }) => path === 'gru')?.parameters[0]?.slices;
  assert.equal(gate, { axis: 0, names: ['r', 'z', 'n'] });
  await checkpoint.close();
});

test('without a layout, a file says nothing but patterns do', async () => {
  const checkpoint = await openModel();
  const axes = { 'blocks.*.w': ['in', 'out'] } as const;
  const model = weightFile(checkpoint, { axes, types: { 'blocks.*': ['Linear', 'Projection'] } });
  const { steps } = plan(model, { type: 'Kaiming', layer: 'Projection', mode: 'fan_in', distribution: 'uniform' });
  assert.equal(
    steps.map(({ path, provenance }) => [path, provenance.fans?.fanIn]),
    [['blocks.0.w', 4]],
  );
  assert.throws(() => weightFile(checkpoint, { axes: { 'blokcs.*': ['in'] } }), /'blokcs\.\*' of `axes` fits nothing/);
  assert.throws(() => weightFile(checkpoint, { axes: { 'head.weight': ['in'] } }), /names 1 axes/);
  await checkpoint.close();
});

test('a run leaves the file alone, and a new one has its values and all the others', async () => {
  const checkpoint = await openModel();
  const path = join(folder, 'model.safetensors');
  const before = await readFile(path);
  const model = weightFile(checkpoint, { layout: 'torch' });
  await initialize(model, { type: 'Kaiming', layer: 'Linear', mode: 'fan_in', bias: 0.5 }, { seed: 42 });
  assert.ok(before.equals(await readFile(path)));
  const out = join(folder, 'out.safetensors');
  await writeSafetensors(out, model.tensors(), checkpoint.header.metadata);
  const written = await openSafetensors(out);
  assert.equal(Object.keys(written.header.tensors), Object.keys(checkpoint.header.tensors));
  assert.equal(written.header.metadata, { format: 'pt' });
  const values = new Float32Array((await written.read('head.weight')).buffer);
  const std = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  assert.ok(Math.abs(std / Math.sqrt(2 / 500) - 1) < 0.01, `std ${std}`);
  assert.equal(new Set(new Float32Array((await written.read('head.bias')).buffer)), new Set([0.5]));
  assert.equal(await written.read('stem.norm.weight'), await checkpoint.read('stem.norm.weight'));
  await written.close();
  await checkpoint.close();
});

test('without files: bytes in, bytes out', async () => {
  await (await openModel()).close();
  const bytes = await readFile(join(folder, 'model.safetensors'));
  const model = weightFile(await openSafetensorsSource(memorySource('in memory', bytes)), { layout: 'torch' });
  await initialize(model, { type: 'Constant', layer: 'Linear', val: 2 });
  const sink = memorySink();
  await writeCheckpointTo(sinkPlace(sink), SAFETENSORS, { tensors: model.tensors() });
  const written = await openSafetensorsSource(memorySource('written', sink.bytes));
  assert.equal(new Set(new Float32Array((await written.read('head.weight')).buffer)), new Set([2]));
  assert.equal(Object.keys(written.header.tensors), Object.keys(MODEL));
});

test('a plan over it goes straight into a file, with the same bits', async () => {
  const checkpoint = await openModel();
  const rules = [{ type: 'Xavier', layer: ['Linear', 'Conv2d'] }] as const;
  const model = weightFile(checkpoint, { layout: 'torch' });
  const out = join(folder, 'straight.safetensors');
  await executeToFile(plan(model, rules, { seed: 7 }), model, out);
  await initialize(model, rules, { seed: 7 });
  const straight = await openSafetensors(out);
  for (const { name, bytes } of model.tensors()) {
    const path = name === 'odd..name' ? 'odd\\.\\.name' : name.replaceAll('\\', '\\\\');
    assert.equal(await straight.read(path), await bytes(), name);
  }
  await straight.close();
  await checkpoint.close();
});

test('what is no checkpoint, and a tensor without a name, are refused', async () => {
  assert.throws(() => weightFile({} as never), /an object of another kind, not an open checkpoint/);
  assert.throws(() => weightFile(Promise.resolve() as never), /`await` it/);
  const checkpoint = await openModel({ '': [2] });
  assert.throws(() => weightFile(checkpoint), /a tensor without a name/);
  await checkpoint.close();
});

test.run();
