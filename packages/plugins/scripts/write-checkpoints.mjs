// Writes one checkpoint in each format that Incipit writes, and what it holds, for `make-checkpoints --load DIR`, which
// reads them with Python's libraries. Usage: node scripts/write-checkpoints.mjs DIR
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileSink, writeSafetensors, writeShardedSafetensors } from '@incipit/core/node';
import { writeNpz } from '@incipit/plugins/formats/numpy';

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
await writeSafetensors(join(folder, 'single.safetensors'), tensors, { seed: '42' });
await writeShardedSafetensors(join(folder, 'model.safetensors.index.json'), tensors, { maxShardBytes: 24 });
await writeNpz(await fileSink(join(folder, 'weights.npz')), tensors);

const described = Object.fromEntries(
  tensors.map(({ name, dtype, shape, bytes }) => [
    name,
    { dtype, shape, base64: Buffer.from(bytes()).toString('base64') },
  ]),
);
const files = ['single.safetensors', 'model.safetensors.index.json', 'weights.npz'];
await writeFile(
  join(folder, 'written.json'),
  `${JSON.stringify(Object.fromEntries(files.map((file) => [file, described])))}\n`,
);
