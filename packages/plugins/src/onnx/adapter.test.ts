import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { elementCount, type InitConfig, initialize, type ModuleNode, memorySource, plan } from '@incipit/core';
import { fileSource } from '@incipit/core/node';
import { ADAPTER_CASES } from '@incipit/core/testing';
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
} from 'onnx-buf';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { onnx } from './adapter.js';

const test = suite('onnx');

/** Written by scripts/make-onnx-graphs.py. */
const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../test-data/onnx-graphs/${name}.onnx`, import.meta.url));

async function load(name: string): Promise<ModelProto> {
  return fromBinary(ModelProtoSchema, await readFile(fileOf(name)));
}

function modules(node: ModuleNode): readonly ModuleNode[] {
  return [node, ...node.children.flatMap(modules)];
}

const encode = (model: ModelProto): Uint8Array => toBinary(ModelProtoSchema, model);

/** Two tensors of a new graph, of which the second is used as the first says. */
function graphWith(names: readonly string[], nodes: readonly (readonly [string, ...string[]])[]): ModelProto {
  return create(ModelProtoSchema, {
    graph: create(GraphProtoSchema, {
      initializer: names.map((name) => {
        const rawData = new Uint8Array(Float32Array.from([1, 2, 3, 4]).buffer);
        return create(TensorProtoSchema, { name, dims: [2n, 2n], dataType: 1, rawData });
      }),
      node: nodes.map(([opType, ...input], index) =>
        create(NodeProtoSchema, { opType, input, output: [`out${index}`] }),
      ),
    }),
  });
}

/** Without elements, a scalar, names in other scripts, a tied weight, and values in a field of their type. */
function oddModel(): ModelProto {
  const model = graphWith(
    ['ключ.名', 'back\\slash.w', 'z.tied', 'typed'],
    [
      ['MatMul', 'x', 'z.tied'],
      ['MatMul', 'y', 'z.tied'],
    ],
  );
  const [, , , typed] = model.graph?.initializer ?? [];
  if (typed !== undefined) Object.assign(typed, { rawData: new Uint8Array(), floatData: [1, 2, 3, 4] });
  for (const [name, dims] of Object.entries({ scalar: [], 'empty.w': [0n, 3n] })) {
    const rawData = new Uint8Array(dims.length === 0 ? 4 : 0);
    model.graph?.initializer.push(create(TensorProtoSchema, { name, dims, dataType: 1, rawData }));
  }
  return model;
}

for (const { name, check } of ADAPTER_CASES) {
  test(`${name}, odd names and shapes`, () => check(onnx(oddModel())));
  for (const file of ['network', 'dtypes']) {
    test(`${name}, ${file}`, async () => check(onnx(await load(file))));
  }
  test(`${name}, values beside the model`, async () => {
    const source = await fileSource(fileOf('external'));
    await check(onnx(await load('external'), { source }));
    await source.close();
  });
}

test('modules come from names or else from nodes, and answer to the names that PyTorch gives them', async () => {
  const all = modules(onnx(await load('network')).tree());
  const types = new Map(all.map((module) => [module.path, module.types]));
  assert.equal(types.get('stem'), ['Module']);
  assert.equal(types.get('stem.conv'), ['Conv', 'Conv2d', '_ConvNd', 'Module']);
  assert.equal(types.get('/grouped/Conv')?.slice(0, 2), ['Conv', 'Conv2d']);
  assert.equal(types.get('stem.norm')?.slice(0, 2), ['BatchNormalization', '_BatchNorm']);
  assert.equal(types.get('up')?.slice(0, 3), ['ConvTranspose', 'ConvTranspose2d', '_ConvTransposeNd']);
  assert.equal(types.get('head'), ['Gemm', 'Linear', 'Module']);
  assert.equal(types.get('project'), ['MatMul', 'Linear', 'Module']);
  assert.equal(types.get('tokens'), ['Gather', 'Embedding', 'Module']);
  assert.equal(types.get('rnn'), ['LSTM', 'RNNBase', 'Module']);
});

test('roles, axes, groups and gates follow from the nodes that use a tensor', async () => {
  const listed = modules(onnx(await load('network')).tree()).flatMap(({ parameters }) => parameters);
  const at = (path: string) => listed.find((parameter) => parameter.path === path);
  const axes = (path: string) => at(path)?.axes?.join(' ');
  assert.is(axes('stem.conv.weight'), 'out in spatial spatial');
  assert.is(axes('/grouped/Conv.onnx::Conv_7'), 'out in spatial spatial');
  assert.is(at('/grouped/Conv.onnx::Conv_7')?.groups, 4);
  assert.is(at('/grouped/Conv.onnx::Conv_8')?.role, 'bias');
  assert.is(axes('up.weight'), 'in out spatial spatial');
  assert.equal([at('up.weight')?.groups, at('up.weight')?.groupedSide], [2, 'out']);
  assert.is(axes('head.weight'), 'out in');
  assert.is(axes('/project/MatMul.onnx::MatMul_9'), 'in out');
  assert.equal([at('project.bias')?.role, axes('project.bias')], ['bias', 'elementwise']);
  assert.equal(at('rnn.R')?.slices, { axis: 1, names: ['input', 'output', 'forget', 'cell'] });
  assert.is(at('rnn.B')?.slices?.names.length, 8);
  const still = listed.filter(({ trainable }) => !trainable).map(({ path }) => path);
  assert.equal(still, ['flat_shape', 'state_shape', 'one', 'stem.norm.running_mean', 'stem.norm.running_var']);
});

const LAYERS = ['Conv', 'ConvTranspose', 'Linear', 'LSTM'];

test('fans are those of one group, one gate and one direction', async () => {
  const { steps } = plan(onnx(await load('network')), { type: 'Kaiming', layer: LAYERS, mode: 'fan_in' });
  const fans = new Map(steps.map(({ path, provenance: { fans } }) => [path, [fans?.fanIn, fans?.fanOut]]));
  assert.equal(fans.get('stem.conv.weight'), [27, 72]);
  assert.equal(fans.get('/grouped/Conv.onnx::Conv_7'), [18, 18]);
  assert.equal(fans.get('up.weight'), [16, 12]);
  assert.equal(fans.get('head.weight'), [6, 10]);
  assert.equal(fans.get('/project/MatMul.onnx::MatMul_9'), [12, 5]);
  assert.equal(fans.get('rnn.W'), [5, 6]);
});

test('a tensor that two nodes use is one parameter in two modules', async () => {
  const adapter = onnx(await load('network'));
  const holding = modules(adapter.tree()).filter(({ parameters }) =>
    parameters.some(({ path }) => path === 'tokens.weight'),
  );
  assert.equal(
    holding.map(({ path, parameters }) => [path, parameters[0]?.axes?.join(' '), parameters[0]?.aliases?.join()]),
    [
      ['tokens', 'vocabulary embedding', 'tokens.MatMul.weight'],
      ['tokens.MatMul', 'out in', 'tokens.MatMul.weight'],
    ],
  );
});

test('a run is in the encoded model, and nothing else has changed', async () => {
  const model = await load('network');
  const config: InitConfig = { type: 'Kaiming', layer: ['Conv', 'Linear'], mode: 'fan_in', bias: 0.5 };
  const { plan, steps } = await initialize(onnx(model), config, { seed: 42, measure: true });
  const again = fromBinary(ModelProtoSchema, encode(model));
  const [before, after] = [onnx(await load('network')), onnx(again)];
  const set = new Set(plan.steps.map(({ path }) => path));
  assert.ok(set.has('stem.conv.weight') && set.has('project.bias') && steps.length === set.size);
  for (const { path } of modules(after.tree()).flatMap(({ parameters }) => parameters)) {
    const same = (await before.read(path)).bytes.join() === (await after.read(path)).bytes.join();
    assert.is(same, !set.has(path), path);
  }
  const [old, fresh] = [await load('network'), again];
  for (const one of [old, fresh]) if (one.graph !== undefined) one.graph.initializer = [];
  assert.equal(encode(fresh), encode(old));
  const bias = new Float32Array((await after.read('project.bias')).bytes.buffer);
  assert.equal([...bias], [0.5, 0.5, 0.5, 0.5, 0.5]);
});

test('every type is read from its own field, and strings are told of', async () => {
  const adapter = onnx(await load('dtypes'));
  const { parameters, warnings } = adapter.tree();
  assert.is(parameters.length, 13);
  assert.match(warnings?.[0]?.message ?? '', /'words' has ONNX's data type 8/);
  for (const { path, dtype, shape } of parameters) {
    const { bytes } = await adapter.read(path);
    const size = bytes.length / elementCount(shape);
    assert.ok(
      bytes.subarray(0, size).every((byte) => byte === 0),
      `${dtype} 0`,
    );
    assert.ok(
      bytes.subarray(size, 2 * size).some((byte) => byte !== 0),
      `${dtype} 1`,
    );
    assert.equal(bytes.subarray(size, 2 * size), bytes.subarray(2 * size, 3 * size), dtype);
  }
  const half = new Uint16Array((await adapter.read('float16')).bytes.buffer);
  const brain = new Uint16Array((await adapter.read('bfloat16')).bytes.buffer);
  assert.equal([half[1], brain[1]], [0x3c00, 0x3f80]);
});

test('values beside the model equal those inside, come in parts, and move in when they are written', async () => {
  const source = await fileSource(fileOf('external'));
  const model = await load('external');
  const [inside, beside] = [onnx(await load('network')), onnx(model, { source })];
  const weight = await inside.read('rnn.W');
  assert.equal(await beside.read('rnn.W'), weight);
  const part = new Uint8Array(40);
  assert.is(await beside.readPart?.('rnn.W', 7, part), true);
  assert.equal(part, weight.bytes.slice(28, 68));
  await beside.write('rnn.W', weight);
  const written = fromBinary(ModelProtoSchema, encode(model));
  assert.equal(await onnx(written).read('rnn.W'), weight);
  await source.close();
});

test('parts go into memory of the tensor, which the file and what was kept do not share', async () => {
  const file = await readFile(fileOf('network'));
  const before = file.slice();
  const adapter = onnx(fromBinary(ModelProtoSchema, file));
  const { dtype, shape, bytes: old } = await adapter.read('head.weight');
  const part = { dtype, shape, offset: 1, bytes: new Uint8Array(Float32Array.of(7, 8).buffer) };
  assert.is(await adapter.writePart?.('head.weight', part), true);
  assert.equal(file, before);
  const values = new Float32Array((await adapter.read('head.weight')).bytes.buffer);
  const expected = new Float32Array(old.slice().buffer);
  expected.set([7, 8], 1);
  assert.equal(values, expected);
});

test('a large weight that is set in parts has the bits of one that is set whole', async () => {
  const run = async (atomic: boolean): Promise<Uint8Array> => {
    const model = graphWith(['big.weight'], [['MatMul', 'x', 'big.weight']]);
    const [tensor] = model.graph?.initializer ?? [];
    if (tensor !== undefined) Object.assign(tensor, { dims: [3000n, 3000n], rawData: new Uint8Array(36e6) });
    await initialize(onnx(model), { type: 'Normal', layer: 'Linear' }, { seed: 3, atomic });
    return tensor?.rawData ?? new Uint8Array();
  };
  assert.ok(Buffer.from(await run(false)).equals(await run(true)));
});

test('external data is refused without the file, outside its folder, past its end, or with numbers that are none', async () => {
  const refused = async (entries: Readonly<Record<string, string>>, expected: RegExp, given = true): Promise<void> => {
    const model = await load('external');
    const tensor = model.graph?.initializer.find(({ name }) => name === 'rnn.W');
    assert.ok(tensor !== undefined);
    for (const entry of tensor?.externalData ?? []) entry.value = entries[entry.key] ?? entry.value;
    const source = memorySource('model.onnx', new Uint8Array(1), { 'external.data': new Uint8Array(100) });
    const before = encode(model);
    try {
      await onnx(model, given ? { source } : {}).read('rnn.W');
    } catch (error) {
      assert.match(String(error), expected);
      assert.equal(encode(model), before);
      return;
    }
    assert.unreachable(expected.source);
  };
  await refused({}, /pass `source: await fileSource/, false);
  for (const location of ['../secret', '/etc/passwd', 'a/../../b', 'C:\\x', '']) {
    await refused({ location }, /outside its folder/);
  }
  await refused({}, /has 100 bytes, and 'rnn\.W' ends at byte/);
  await refused({ length: '12' }, /it has 12 bytes there and needs 960/);
  for (const offset of ['-4', '1e3', '99999999999999999999']) await refused({ offset }, /its offset is "/);
});

test('names that clash have paths of their own, and a weight on the left is (out, in)', () => {
  const left = onnx(
    graphWith(
      ['w', 'out0.w', 'a..b'],
      [
        ['MatMul', 'w', 'x'],
        ['Identity', 'out0.w'],
      ],
    ),
  ).tree();
  const parameters = modules(left).flatMap((module) => module.parameters);
  assert.equal(
    parameters.map(({ path, axes }) => [path, axes?.join(' ')]),
    [
      ['a\\.\\.b', undefined],
      ['out0.w', 'out in'],
      ['out0.out0\\.w', undefined],
    ],
  );
});

test('tensors that an exporter merged keep the names that an Identity has, and can be planned in any order', () => {
  const nodes = [
    ['Identity', 'z.bias'],
    ['MatMul', 'x', 'y.weight'],
    ['LayerNormalization', 'x', 'y.gain', 'out0'],
    ['Gemm', 'x', 'z.weight', 'z.bias'],
  ] as const;
  const model = graphWith(['y.weight', 'y.gain', 'z.bias', 'z.weight'], nodes);
  const [identity, , norm] = model.graph?.node ?? [];
  if (identity !== undefined) identity.output = ['a.norm.bias'];
  if (norm !== undefined) norm.input = ['x', 'y.gain', 'a.norm.bias'];
  const all = modules(onnx(model).tree());
  assert.equal(all.find(({ path }) => path === 'a.norm')?.types.slice(0, 2), ['LayerNormalization', 'LayerNorm']);
  const bias = all.find(({ path }) => path === 'z')?.parameters[0];
  assert.equal([bias?.path, bias?.aliases], ['a.norm.bias', ['z.bias']]);
  const { steps } = plan(onnx(model), { type: 'Constant', layer: ['LayerNorm', 'Linear'], val: 1 });
  assert.ok(steps.some(({ path }) => path === 'a.norm.bias'));
});

test('a weight that is used inside a branch is seen, and one that lives there is told of', () => {
  const model = graphWith(['outer.weight'], [['If', 'condition']]);
  const branch = graphWith(['inner.weight'], [['MatMul', 'x', 'outer.weight']]).graph;
  assert.ok(branch !== undefined && model.graph !== undefined);
  const [node] = model.graph?.node ?? [];
  if (branch !== undefined) node?.attribute.push(create(AttributeProtoSchema, { name: 'then_branch', g: branch }));
  const tree = onnx(model).tree();
  assert.equal(tree.children[0]?.types, ['MatMul', 'Linear', 'Module']);
  assert.equal(
    tree.warnings?.map(({ code }) => code),
    ['inner-initializers'],
  );
});

test('patterns come before what the graph tells', async () => {
  const options = {
    types: { project: 'Head' },
    roles: { 'act.weight': 'slope' },
    axes: { 'head.weight': ['in', 'out'] },
  } as const;
  const all = modules(onnx(await load('network'), options).tree());
  assert.equal(all.find(({ path }) => path === 'project')?.types, ['Head', 'Module']);
  const parameters = all.flatMap((module) => module.parameters);
  assert.is(parameters.find(({ path }) => path === 'act.weight')?.role, 'slope');
  assert.equal(parameters.find(({ path }) => path === 'head.weight')?.axes, ['in', 'out']);
});

test('what is not decoded, has no names, the same name twice, or too few values is refused', async () => {
  assert.throws(() => onnx(new Uint8Array(4) as never), /still encoded/);
  assert.throws(() => onnx(undefined as never), /undefined, not an ONNX model/);
  assert.throws(() => onnx(create(ModelProtoSchema, {})), /not an ONNX model with a graph/);
  assert.throws(() => onnx(graphWith([''], [])).tree(), /without a name/);
  assert.throws(() => onnx(graphWith(['a', 'a'], [])).tree(), /Two initializers are named 'a'/);
  const short = graphWith(['a'], []);
  const [tensor] = short.graph?.initializer ?? [];
  if (tensor !== undefined) tensor.rawData = new Uint8Array(3);
  try {
    await onnx(short).read('a');
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /holds 3 bytes where float32\[2, 2\] takes 16/);
  }
});

test.run();
