// Makes test-data/checkpoints/tfjs with TensorFlow.js itself, and test-data/checkpoints/tvm by hand after the format of
// `tvm.contrib.tvmjs.dump_tensor_cache`, whose library no registry has. Usage: node scripts/make-tfjs-checkpoints.mjs
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';

const place = (/** @type {string} */ path) =>
  fileURLToPath(new URL(`../test-data/checkpoints/${path}`, import.meta.url));
const describe = (
  /** @type {string} */ dtype,
  /** @type {number[]} */ shape,
  /** @type {ArrayBufferView} */ values,
) => ({
  dtype,
  shape,
  base64: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64'),
});

async function makeTfjs() {
  await mkdir(place('tfjs'), { recursive: true });
  const expected = {};
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ name: 'stem', inputShape: [4, 4, 1], filters: 2, kernelSize: 3 }),
      tf.layers.flatten({ name: 'flatten' }),
      tf.layers.dense({ name: 'head', units: 3 }),
    ],
  });
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      const data = new Uint8Array(/** @type {ArrayBuffer} */ (artifacts.weightData));
      // The second shard begins within a tensor, and within a number.
      await writeFile(place('tfjs/group1-shard1of2.bin'), data.subarray(0, 50));
      await writeFile(place('tfjs/group1-shard2of2.bin'), data.subarray(50));
      const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
      const json = {
        format: 'layers-model',
        modelTopology: artifacts.modelTopology,
        weightsManifest: [{ paths, weights: artifacts.weightSpecs }],
      };
      await writeFile(place('tfjs/model.json'), `${JSON.stringify(json)}\n`);
      expected['tfjs/model.json'] = await decoded(data, artifacts.weightSpecs ?? []);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  await makeQuantized(expected);
  await writeFile(place('tfjs/expected.json'), `${JSON.stringify(expected, null, 1)}\n`);
}

async function decoded(/** @type {Uint8Array} */ data, /** @type {tf.io.WeightsManifestEntry[]} */ specs) {
  const tensors = tf.io.decodeWeights(data.slice().buffer, specs);
  const entries = Object.entries(tensors).map(([name, tensor]) => [
    name.replaceAll('/', '.'),
    describe(tensor.dtype, tensor.shape, tensor.dataSync()),
  ]);
  return Object.fromEntries(entries);
}

async function makeQuantized(/** @type {Record<string, unknown>} */ expected) {
  const specs = [
    { name: 'a/u8', shape: [3, 5], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.0123, min: -1.5 } },
    { name: 'a/u16', shape: [7], dtype: 'float32', quantization: { dtype: 'uint16', scale: 3.3e-5, min: -1 } },
    { name: 'a/f16', shape: [2, 2], dtype: 'float32', quantization: { dtype: 'float16' } },
    { name: 'b/count', shape: [4], dtype: 'int32', quantization: { dtype: 'uint8', scale: 1.7, min: -3 } },
    { name: 'b/plain', shape: [2], dtype: 'float32' },
    { name: 'b/flags', shape: [3], dtype: 'bool' },
  ];
  const parts = [
    Uint8Array.from({ length: 15 }, (_, k) => (k * 37) & 255),
    new Uint8Array(Uint16Array.from({ length: 7 }, (_, k) => (k * 9973) & 65535).buffer),
    new Uint8Array(Uint16Array.from([0x3c00, 0xc100, 0x0001, 0x7bff]).buffer),
    Uint8Array.from([0, 1, 128, 255]),
    new Uint8Array(Float32Array.from([1.25, -2.5]).buffer),
    Uint8Array.from([1, 0, 1]),
  ];
  const data = Uint8Array.from(parts.flatMap((part) => [...part]));
  await writeFile(place('tfjs/quantized.bin'), data);
  const json = { format: 'graph-model', weightsManifest: [{ paths: ['quantized.bin'], weights: specs }] };
  await writeFile(place('tfjs/quantized.json'), `${JSON.stringify(json)}\n`);
  expected['tfjs/quantized.json'] = await decoded(data, /** @type {tf.io.WeightsManifestEntry[]} */ (specs));
}

async function makeTvm() {
  await mkdir(place('tvm'), { recursive: true });
  const whole = Float32Array.from([1, -2, 3.5, 0.1, 1e-3, 7]);
  const brain = Float32Array.from([1.5, -0.25, 3, 100]);
  const codes = Uint32Array.from([0x12345678, 0xfedcba98]);
  const upper = new Uint16Array(brain.buffer).filter((_, position) => position % 2 === 1);
  await writeFile(place('tvm/params_shard_0.bin'), new Uint8Array(whole.buffer));
  await writeFile(
    place('tvm/params_shard_1.bin'),
    Buffer.concat([new Uint8Array(upper.buffer), new Uint8Array(codes.buffer)]),
  );
  const record = (name, shape, dtype, rest) => ({ name, shape, dtype, ...rest });
  const records = [
    [record('embed.weight', [2, 3], 'float32', { format: 'raw', nbytes: 24, byteOffset: 0 })],
    [
      record('norm.weight', [4], 'float32', { format: 'f32-to-bf16', nbytes: 8, byteOffset: 0 }),
      record('head.q_weight', [1, 2], 'uint32', { format: 'f32-to-bf16', nbytes: 8, byteOffset: 8 }),
    ],
  ].map((shard, position) => ({
    dataPath: `params_shard_${position}.bin`,
    format: 'raw-shard',
    nbytes: shard.reduce((sum, { nbytes }) => sum + nbytes, 0),
    records: shard,
  }));
  const json = { metadata: { ParamSize: 3, ParamBytes: 40 }, records };
  await writeFile(place('tvm/tensor-cache.json'), `${JSON.stringify(json)}\n`);
  const expected = {
    'tvm/tensor-cache.json': {
      'embed.weight': describe('float32', [2, 3], whole),
      'norm.weight': describe('float32', [4], brain),
      'head.q_weight': describe('uint32', [1, 2], codes),
    },
  };
  await writeFile(place('tvm/expected.json'), `${JSON.stringify(expected, null, 1)}\n`);
}

await makeTfjs();
await makeTvm();
