import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type ByteSink, initialize, type ModuleNode, memorySink, memorySource } from '@incipit/core';
import { fileSource } from '@incipit/core/node';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { onnx } from './adapter.js';
import { moveOnnxValues } from './move-values.js';

const test = suite('onnx values beside the model');
const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../test-data/onnx-graphs/${name}.onnx`, import.meta.url));

async function load(name: string): Promise<ModelProto> {
  return fromBinary(ModelProtoSchema, await readFile(fileOf(name)));
}

const encode = (model: ModelProto): Uint8Array => toBinary(ModelProtoSchema, model);

function pathsOf({ parameters, children }: ModuleNode): readonly string[] {
  return [...parameters.map(({ path }) => path), ...children.flatMap(pathsOf)];
}

/** Every value by its path. */
async function valuesOf(model: ModelProto, source?: Parameters<typeof memorySource>[2]): Promise<readonly string[]> {
  const adapter = onnx(
    model,
    source === undefined ? {} : { source: memorySource('m.onnx', new Uint8Array(1), source) },
  );
  const values: string[] = [];
  for (const path of new Set(pathsOf(adapter.tree()))) {
    const { dtype, bytes } = await adapter.read(path);
    values.push(`${path} ${dtype} ${Buffer.from(bytes).toString('hex')}`);
  }
  return values;
}

for (const name of ['network', 'dtypes']) {
  test(`values of '${name}' move out, and an encoded model reads them there`, async () => {
    const model = await load(name);
    await initialize(onnx(model), { type: 'Normal', layer: 'Conv2d', std: 0.1 }, { unmatched: 'ignore' });
    const [expected, size] = [await valuesOf(model), encode(model).length];
    const sink = memorySink();
    await moveOnnxValues(model, { location: 'm.data', sink, minBytes: 1 });
    const bytes = encode(model);
    assert.ok(sink.bytes.length > 0 && bytes.length < size + 2000);
    const again = fromBinary(ModelProtoSchema, bytes);
    assert.equal(await valuesOf(again, { 'm.data': sink.bytes }), expected);
    assert.ok(again.graph?.initializer.some(({ dataLocation }) => dataLocation === 1));
  });
}

test('small tensors stay, and each tensor in the file begins a page', async () => {
  const model = await load('network');
  const sink = memorySink();
  await moveOnnxValues(model, { location: 'm.data', sink, minBytes: 500 });
  for (const { name, rawData, dataLocation, externalData } of model.graph?.initializer ?? []) {
    const entries = new Map(externalData.map(({ key, value }) => [key, Number(value)]));
    assert.ok(dataLocation === 1 ? (entries.get('length') ?? 0) >= 500 : rawData.length < 500, name);
    if (dataLocation === 1) assert.is((entries.get('offset') ?? 1) % 4096, 0);
  }
});

test('what lies beside the model stays there, or moves when its file is passed', async () => {
  const expected = await valuesOf(await load('network'));
  const model = await load('external');
  const before = encode(model);
  const used = new Set(model.graph?.initializer.flatMap(({ externalData }) => externalData.map(({ value }) => value)));
  assert.ok(used.has('external.data'));
  const again = { location: 'external.data', sink: memorySink() };
  await moveOnnxValues(model, again).catch((error: unknown) =>
    assert.match(String(error), /in 'external\.data' already/),
  );
  assert.equal(encode(model), before);
  await moveOnnxValues(model, { location: 'm.data', sink: memorySink() });
  assert.equal(encode(model), before);
  const source = await fileSource(fileOf('external'));
  const sink = memorySink();
  await moveOnnxValues(model, { location: 'm.data', sink, source });
  await source.close();
  assert.equal(await valuesOf(model, { 'm.data': sink.bytes }), expected);
});

test('a sink that fails is aborted and leaves the model as it was', async () => {
  const model = await load('network');
  const before = encode(model);
  let aborted = false;
  const sink: ByteSink = {
    write: async () => {
      throw new Error('no space');
    },
    commit: async () => undefined,
    abort: async () => {
      aborted = true;
    },
  };
  await moveOnnxValues(model, { location: 'm.data', sink }).catch((error: unknown) =>
    assert.match(String(error), /no space/),
  );
  assert.ok(aborted);
  assert.equal(encode(model), before);
  for (const location of ['../m.data', '/m.data', '', '..', 'a\\b']) {
    const error = await moveOnnxValues(model, { location, sink: memorySink() }).catch((reason: unknown) => reason);
    assert.match(String(error), /not the name of a file beside/);
  }
});

test.run();
