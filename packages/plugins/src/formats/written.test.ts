import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Checkpoint,
  CheckpointWriter,
  type DType,
  Module,
  Parameter,
  plan,
  type TensorToWrite,
  type WritableFormat,
} from '@incipit/core';
import { executeToFile, filePlace, openCheckpoint, openSafetensors, writeCheckpoint } from '@incipit/core/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMATS } from './index.js';
import { NPZ } from './numpy/index.js';
import { ONNX, onnxFormat } from './onnx/index.js';
import { errorOf } from './testing/checkpoint-files.js';
import { patternTensor, variedTensors } from './testing/tensors.js';
import { TFJS, tfjsFormat } from './tfjs/index.js';

const test = suite('checkpoints that are written');
const folder = await mkdtemp(join(tmpdir(), 'incipit-written-'));
const at = (name: string): string => join(folder, name);

test.before.each(async () => {
  for (const name of await readdir(folder)) await rm(at(name));
});
test.after(() => rm(folder, { recursive: true }));

const ALL: readonly DType[] = [
  'float32',
  'float16',
  'bfloat16',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
];

/** How a format is tried: a file of it, with several files where it can have them, and what it can hold. */
interface Trial {
  readonly file: string;
  readonly format: WritableFormat;
  readonly tensors: readonly TensorToWrite[];
  /** Files beside the one that is asked for. */
  readonly beside: readonly string[];
}

const TRIALS: Readonly<Record<string, Trial>> = {
  npz: { file: 'a.npz', format: NPZ, tensors: variedTensors(ALL.filter((d) => d !== 'bfloat16')), beside: [] },
  tfjs: {
    file: 'model.json',
    format: tfjsFormat({ maxShardBytes: 1 << 17 }),
    tensors: variedTensors(['float32', 'int32', 'bool']),
    beside: ['model-shard1of3.bin', 'model-shard2of3.bin', 'model-shard3of3.bin'],
  },
  onnx: { file: 'a.onnx', format: ONNX, tensors: variedTensors(ALL), beside: [] },
  'onnx with external data': {
    file: 'a.onnx',
    format: onnxFormat({ externalData: true }),
    tensors: variedTensors(ALL),
    beside: ['a.onnx.data'],
  },
};

async function assertHolds(checkpoint: Checkpoint, tensors: readonly TensorToWrite[]): Promise<void> {
  assert.equal(Object.keys(checkpoint.header.tensors).sort(), tensors.map(({ name }) => name).sort());
  for (const { name, dtype, shape, bytes } of tensors) {
    assert.equal(checkpoint.header.tensors[name]?.shape, shape, name);
    assert.is(checkpoint.header.tensors[name]?.dtype, dtype, name);
    assert.equal(await checkpoint.read(name), await bytes(), name);
  }
  await checkpoint.close();
}

for (const [what, { file, format, tensors, beside }] of Object.entries(TRIALS)) {
  test(`${what}: every tensor and the metadata are read back`, async () => {
    await writeCheckpoint(at(file), tensors, { metadata: { seed: '42' }, formats: [format] });
    assert.equal(await readdir(folder), [...beside, file].sort());
    const checkpoint = await openCheckpoint(at(file), FORMATS);
    assert.is(checkpoint.header.metadata['seed'], '42');
    await assertHolds(checkpoint, tensors);
  });

  test(`${what}: tensors may come in any order and in parts`, async () => {
    await writeCheckpoint(at(file), tensors, { formats: [format] });
    const whole = await Promise.all([...beside, file].map((name) => readFile(at(name))));
    for (const name of [...beside, file]) await rm(at(name));
    const writer = await CheckpointWriter.begin(filePlace(at(file)), format, { tensors });
    for (const { name, bytes } of [...tensors].reverse()) {
      const all = await bytes();
      const cuts = [
        0,
        Math.min(1, all.byteLength),
        Math.floor(all.byteLength / 3),
        Math.floor(all.byteLength / 2),
        all.byteLength,
      ];
      for (const k of [3, 0, 1, 2]) await writer.write(name, all.subarray(cuts[k], cuts[k + 1]), cuts[k]);
    }
    await writer.commit();
    const inParts = await Promise.all([...beside, file].map((name) => readFile(at(name))));
    for (const [k, bytes] of whole.entries()) assert.ok(bytes.equals(inParts[k] ?? bytes.subarray(1)));
  });

  test(`${what}: what goes wrong leaves the old checkpoint and nothing else`, async () => {
    await writeCheckpoint(at(file), tensors, { formats: [format] });
    const before = await readdir(folder);
    const short: TensorToWrite = { ...patternTensor('z', 'float32', [2]), bytes: () => new Uint8Array(7) };
    const write = (...more: TensorToWrite[]) => writeCheckpoint(at(file), [...tensors, ...more], { formats: [format] });
    assert.is((await errorOf(() => write(short))).code, 'wrong-size');
    const again = tensors[0] ?? short;
    assert.is((await errorOf(() => write(again))).code, 'duplicate-tensor');
    assert.equal(await readdir(folder), before);
    await assertHolds(await openCheckpoint(at(file), FORMATS), tensors);
  });

  test(`${what}: a new checkpoint takes the old one's place, whose other files stay`, async () => {
    await writeCheckpoint(at(file), tensors, { formats: [format] });
    const old = await readdir(folder);
    const values = old.map((name) => readFile(at(name)));
    const next = [patternTensor('other', 'float32', [600, 100])];
    await writeCheckpoint(at(file), next, { formats: [format] });
    await assertHolds(await openCheckpoint(at(file), FORMATS), next);
    for (const [k, name] of old.entries()) {
      if (name !== file) assert.ok((await readFile(at(name))).equals((await values[k]) ?? Buffer.alloc(0)), name);
    }
  });

  test(`${what}: a run streams into it, and gives what a safetensors file has`, async () => {
    const { net, made } = netAndPlan();
    await executeToFile(made, net, at(file), { formats: [format], metadata: { more: 'x' } });
    const { net: again } = netAndPlan();
    await executeToFile(made, again, at('same.safetensors'), { metadata: { more: 'x' } });
    const [ours, expected] = [await openCheckpoint(at(file), FORMATS), await openSafetensors(at('same.safetensors'))];
    for (const [name, { dtype, shape }] of Object.entries(expected.header.tensors)) {
      assert.equal([ours.header.tensors[name]?.dtype, ours.header.tensors[name]?.shape], [dtype, shape]);
      assert.equal(await ours.read(name), await expected.read(name));
    }
    for (const [key, value] of Object.entries(expected.header.metadata)) assert.is(ours.header.metadata[key], value);
    await ours.close();
    await expected.close();
  });

  test(`${what}: a run that is aborted leaves what was there`, async () => {
    await writeFile(at(file), 'old');
    const { net, made } = netAndPlan();
    const controller = new AbortController();
    const failure = await executeToFile(made, net, at(file), {
      formats: [format],
      signal: controller.signal,
      onProgress: () => controller.abort(),
    }).catch((error: unknown) => error);
    assert.is((failure as Error).name, 'AbortError');
    assert.equal(await readdir(folder), [file]);
    assert.is(await readFile(at(file), 'utf8'), 'old');
  });
}

class Net extends Module {
  static override readonly className = 'Net';
  readonly weight: Parameter = new Parameter([1500, 1500]);
  readonly bias: Parameter = new Parameter([33]);
  readonly mean: Parameter = new Parameter([7], { trainable: false });
}

function netAndPlan() {
  const net = new Net();
  net.mean.bytes.fill(3);
  return { net, made: plan(net, { type: 'Normal', layer: 'Net', bias: 0.5 }, { seed: 4 }) };
}

const REFUSED: readonly (readonly [string, string, TensorToWrite, string])[] = [
  ['npz has no bfloat16', 'a.npz', patternTensor('w', 'bfloat16', [1]), 'unknown-dtype'],
  ['tfjs has no int64', 'model.json', patternTensor('w', 'int64', [1]), 'unknown-dtype'],
  ['tfjs has no bfloat16', 'model.json', patternTensor('w', 'bfloat16', [1]), 'unknown-dtype'],
  ['tensorflow is not written', 'a.h5', patternTensor('w', 'float32', [1]), 'unknown-format'],
];

for (const [what, file, tensor, code] of REFUSED) {
  test(`${what}: ${code}, and no file is opened`, async () => {
    let asked = false;
    const bytes = (): Uint8Array => {
      asked = true;
      return new Uint8Array(8);
    };
    const failure = await errorOf(() => writeCheckpoint(at(file), [{ ...tensor, bytes }], { formats: FORMATS }));
    assert.is(failure.code, code);
    assert.not(asked);
    assert.equal(await readdir(folder), []);
  });
}

test('an ending that no format has is refused with those that there are', async () => {
  const failure = await errorOf(() => writeCheckpoint(at('weights.bin'), [], { formats: FORMATS }));
  assert.match(failure.message, '.json, .npz, .onnx, .safetensors, .safetensors.index.json');
});

test('weights that tfjs could not tell apart are refused', async () => {
  const twins = [patternTensor('a.b', 'float32', [1]), patternTensor('a/b', 'float32', [1])];
  assert.is(
    (await errorOf(() => writeCheckpoint(at('model.json'), twins, { formats: FORMATS }))).code,
    'duplicate-tensor',
  );
});

test('float16 is read back from tfjs as the float32 that it stands for', async () => {
  const half = { ...patternTensor('w', 'float16', [2]), bytes: () => new Uint8Array([0, 0x3c, 0, 0xc1]) };
  await writeCheckpoint(at('model.json'), [half], { formats: [TFJS] });
  const checkpoint = await openCheckpoint(at('model.json'), FORMATS);
  assert.equal([...new Float32Array((await checkpoint.read('w')).slice().buffer)], [1, -2.5]);
  await checkpoint.close();
});

test('metadata that do not fit an archive, and limits that are none, are refused', async () => {
  const tensors = [patternTensor('w', 'float32', [1])];
  const long = { metadata: { long: 'x'.repeat(70_000) }, formats: [NPZ] };
  assert.is((await errorOf(() => writeCheckpoint(at('a.npz'), tensors, long))).code, 'unsupported');
  const none = { formats: [tfjsFormat({ maxShardBytes: 0.5 })] };
  assert.is((await errorOf(() => writeCheckpoint(at('model.json'), tensors, none))).code, 'bad-limit');
});

test('small values stay in the ONNX model, with no empty file beside it', async () => {
  const formats = [onnxFormat({ externalData: true })];
  await writeCheckpoint(at('a.onnx'), [patternTensor('w', 'float32', [9])], { formats });
  assert.equal(await readdir(folder), ['a.onnx']);
});

test('an ONNX model beyond the limit of protobuf takes external data, or is refused', async () => {
  const huge = { name: 'w', dtype: 'uint8', shape: [2 ** 31], bytes: () => new Uint8Array(0) } as const;
  const place = filePlace(at('a.onnx'));
  const writer = await CheckpointWriter.begin(place, ONNX, { tensors: [huge] });
  assert.equal(writer.files, ['a.onnx.data', 'a.onnx']);
  await writer.abort();
  const inside = () => CheckpointWriter.begin(place, onnxFormat({ externalData: false }), { tensors: [huge] });
  assert.is((await errorOf(inside)).code, 'too-large');
  assert.equal(await readdir(folder), []);
});

test.run();
