// Writes one checkpoint in each format that Incipit writes, and what it holds, for `make-checkpoints --load DIR`, which
// reads them with Python's libraries. Usage: node scripts/write-checkpoints.mjs DIR
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { shardedSafetensors } from '@incipit/core';
import { writeCheckpoint } from '@incipit/core/node';
import { FORMATS } from '@incipit/plugins/formats';
import { onnxFormat } from '@incipit/plugins/formats/onnx';
import { tfjsFormat } from '@incipit/plugins/formats/tfjs';

const folder = process.argv[2] ?? '.';
await mkdir(folder, { recursive: true });

const tensor = (
  /** @type {string} */ name,
  /** @type {string} */ dtype,
  shape,
  /** @type {ArrayBufferView} */ values,
) => ({
  name,
  dtype,
  shape,
  bytes: () => new Uint8Array(values.buffer),
});
const tensors = [
  tensor('stem.weight', 'float32', [2, 3], Float32Array.from([1, -2, 3.5, 0.1, 1e-30, -0])),
  tensor('stem.bias', 'float16', [3], Uint16Array.from([0x3c00, 0xc100, 0x0001])),
  tensor('steps', 'int64', [], BigInt64Array.from([2n ** 40n])),
  tensor('flags', 'bool', [2], Uint8Array.from([1, 0])),
  tensor('codes', 'uint8', [2, 1, 2], Uint8Array.from([0, 1, 128, 255])),
  tensor('double', 'float64', [1], Float64Array.from([Math.PI])),
  tensor('none', 'int32', [0, 4], new Int32Array(0)),
  tensor('10', 'int16', [2], Int16Array.from([-32768, 7])),
];
const large = tensor(
  'large',
  'float32',
  [300, 1000],
  Float32Array.from({ length: 300_000 }, (_, k) => Math.sin(k)),
);
const brain = tensor('brain', 'bfloat16', [2], Uint16Array.from([0x3fc0, 0xc000]));
const ofTfjs = new Set(['float32', 'int32', 'bool', 'float16']);

/** What is written in each file, and by which format where the ending does not say it all. */
const files = {
  'single.safetensors': { tensors },
  'model.safetensors.index.json': { tensors, format: shardedSafetensors({ maxShardBytes: 24 }) },
  'weights.npz': { tensors },
  'model.json': {
    tensors: [...tensors, large].filter(({ dtype }) => ofTfjs.has(dtype)),
    format: tfjsFormat({ maxShardBytes: 1 << 19 }),
  },
  'weights.onnx': { tensors: [...tensors, brain] },
  'external.onnx': { tensors: [...tensors, brain, large], format: onnxFormat({ externalData: true }) },
};

const described = {};
for (const [file, { tensors: content, format }] of Object.entries(files)) {
  const formats = format === undefined ? FORMATS : [format];
  await writeCheckpoint(join(folder, file), content, { metadata: { seed: '42' }, formats });
  described[file] = Object.fromEntries(
    content.map(({ name, dtype, shape, bytes }) => [
      name,
      { dtype, shape, base64: Buffer.from(bytes()).toString('base64') },
    ]),
  );
}
await writeFile(join(folder, 'written.json'), `${JSON.stringify(described)}\n`);
