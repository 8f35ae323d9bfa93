import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBinary } from '@bufbuild/protobuf';
import { CheckpointError, initialize, memorySource, parametersByPath, plan } from '@incipit/core';
import { executeToFile, fileSource, writeCheckpoint } from '@incipit/core/node';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { onnxFormat } from '../formats/onnx/index.js';
import { graphNames, onnx } from './index.js';

const test = suite('ONNX models that are written with other values');
const folder = await mkdtemp(join(tmpdir(), 'incipit-graph-'));
const out = join(folder, 'out.onnx');
test.after(() => rm(folder, { recursive: true }));

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../test-data/onnx-graphs/${name}.onnx`, import.meta.url));
const load = async (path: string): Promise<ModelProto> => fromBinary(ModelProtoSchema, await readFile(path));

const RULES = { type: 'Normal', layer: ['Conv2d', 'Linear'], std: 0.1, bias: 2 } as const;
const OPTIONS = { seed: 5, unmatched: 'ignore' } as const;

/** What a graph is beside its values. */
function shapeOfModel({ graph, ...model }: ModelProto): unknown {
  const initializer = graph?.initializer.map(({ name, dims, dataType }) => ({ name, dims, dataType }));
  return { ...model, metadataProps: [], graph: { ...graph, initializer } };
}

for (const [name, externalData] of [
  ['network', false],
  ['network', true],
  ['external', false],
  ['dtypes', true],
] as const) {
  test(`'${name}' has the values of a run and its own graph${externalData ? ', with external data' : ''}`, async () => {
    const source = await fileSource(fileOf(name));
    const model = await load(fileOf(name));
    const adapter = onnx(model, { source });
    const made = plan(adapter, RULES, OPTIONS);
    const format = onnxFormat({ model: source, externalData, ...graphNames(model) });
    await executeToFile(made, adapter, out, { formats: [format] });
    const written = await load(out);
    assert.equal(shapeOfModel(written), shapeOfModel(model));
    assert.is(written.metadataProps.find(({ key }) => key === 'seed')?.value, '5');

    const expected = onnx(await load(fileOf(name)), { source });
    await initialize(expected, RULES, OPTIONS);
    const outSource = await fileSource(out);
    const values = onnx(written, { source: outSource });
    for (const path of parametersByPath(expected.tree()).keys()) {
      assert.equal(await values.read(path), await expected.read(path), path);
    }
    await outSource.close();
    await source.close();
  });
}

test('a second run replaces the metadata of the first', async () => {
  const write = async (from: string, seed: number): Promise<ModelProto> => {
    const source = memorySource('m.onnx', new Uint8Array(await readFile(from)));
    const model = await load(from);
    const adapter = onnx(model);
    const format = onnxFormat({ model: source, ...graphNames(model) });
    await executeToFile(plan(adapter, RULES, { ...OPTIONS, seed }), adapter, out, { formats: [format] });
    return load(out);
  };
  await write(fileOf('network'), 1);
  const { metadataProps } = await write(out, 2);
  assert.equal(
    metadataProps.filter(({ key }) => key === 'seed').map(({ value }) => value),
    ['2'],
  );
});

test('another model than the one that is planned is refused', async () => {
  const model = await load(fileOf('network'));
  const adapter = onnx(model);
  const made = plan(adapter, RULES, OPTIONS);
  const other = memorySource('dtypes.onnx', new Uint8Array(await readFile(fileOf('dtypes'))));
  const format = onnxFormat({ model: other, ...graphNames(model) });
  const failure = await executeToFile(made, adapter, out, { formats: [format] }).catch((error: unknown) => error);
  assert.instance(failure, CheckpointError);
  assert.is((failure as CheckpointError).code, 'unknown-tensor');
});

test('a tensor of another shape, and values that would be lost, are refused', async () => {
  const bytes = () => new Uint8Array(4);
  for (const [name, tensor, code] of [
    ['network', { name: 'stem.conv.weight', dtype: 'float32', shape: [1], bytes }, 'wrong-shape'],
    ['network', { name: 'stem.conv.weight', dtype: 'int32', shape: [8, 3, 3, 3], bytes }, 'wrong-shape'],
    ['external', undefined, 'unsupported'],
  ] as const) {
    const source = await fileSource(fileOf(name));
    const formats = [onnxFormat({ model: source })];
    const write = writeCheckpoint(out, tensor === undefined ? [] : [tensor], { formats });
    assert.is((await write.catch((error: unknown) => error as CheckpointError))?.code, code);
    await source.close();
  }
});

test.run();
