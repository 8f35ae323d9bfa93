import { memorySource, openCheckpointSource } from '@incipit/core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMATS } from './index.js';
import { bytes, latin1, le, zip } from './testing/attacks/attack.js';
import { errorOf } from './testing/checkpoint-files.js';

/** A file with a tensor `good` of 4 bytes and a tensor `bad` that cannot be read. */
interface Mixed {
  readonly file: string;
  readonly content: Uint8Array;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly beside?: Readonly<Record<string, Uint8Array>>;
}

function npy(code: string, data: Uint8Array): Uint8Array {
  const header = `{'descr': '${code}', 'fortran_order': False, 'shape': (1,), }`;
  return bytes('\x93NUMPY\x01\x00', le(header.length, 2), header, data);
}

const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
const rebuilt = (storage: string, key: string): string =>
  `ctorch._utils\n_rebuild_tensor_v2\n((${text('storage')}ctorch\n${storage}\n${text(key)}${text('cpu')}K\x01tQK\0K\x01\x85K\x01\x85\x89NtR`;
const pickle = `\x80\x02}(${text('good')}${rebuilt('FloatStorage', '0')}${text('bad')}${rebuilt('ComplexFloatStorage', '1')}u.`;
const MAGIC = '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}.';

const name = (value: string): Uint8Array => bytes(le(value.length, 8), value);
const ggufTensor = (title: string, type: number, at: number): Uint8Array =>
  bytes(name(title), le(1, 4), le(1, 8), le(type, 4), le(at, 8));

const onnxTensor = (title: string, type: number): Uint8Array => {
  const tensor = bytes('\x08\x01\x10', le(type, 1), 'B', le(title.length, 1), title, 'J\x04', new Uint8Array(4));
  return bytes('*', le(tensor.byteLength, 1), tensor);
};
const graph = bytes(onnxTensor('good', 1), onnxTensor('bad', 14));

const tfjs = (title: string, dtype: string): object => ({ name: title, shape: [1], dtype });
const tvm = (title: string, dtype: string, byteOffset: number): object => ({
  ...{ name: title, shape: [1], dtype, format: 'raw', nbytes: 4, byteOffset },
});
const json = (value: unknown): Uint8Array => latin1(JSON.stringify(value));

const FILES: Readonly<Record<string, Mixed>> = {
  npz: {
    file: 'x.npz',
    content: zip([
      { name: 'good.npy', content: npy('<f4', new Uint8Array(4)) },
      { name: 'bad.npy', content: npy('<c8', new Uint8Array(8)) },
    ]),
    dtype: '<c8',
    shape: [1],
  },
  torch: {
    file: 'x.pt',
    content: zip([
      { name: 'a/data.pkl', content: latin1(pickle), stored: true },
      { name: 'a/data/0', content: new Uint8Array(4), stored: true },
      { name: 'a/data/1', content: new Uint8Array(8), stored: true },
    ]),
    dtype: 'complex64',
    shape: [1],
  },
  'torch (legacy)': {
    file: 'x.pth',
    content: bytes(...[MAGIC, pickle, `\x80\x02](${text('0')}${text('1')}e.`, le(1, 8), le(0, 4), le(1, 8), le(0, 8)]),
    dtype: 'complex64',
    shape: [1],
  },
  gguf: {
    file: 'x.gguf',
    content: bytes(
      ...['GGUF', le(3, 4), le(2, 8), le(0, 8), ggufTensor('good', 0, 0), ggufTensor('bad', 99, 0), new Uint8Array(64)],
    ),
    dtype: 'type 99',
    shape: [1],
  },
  onnx: { file: 'x.onnx', content: bytes('\x08\x08:', le(graph.byteLength, 1), graph), dtype: 'complex64', shape: [1] },
  tfjs: {
    file: 'model.json',
    content: json({
      weightsManifest: [{ paths: ['a'], weights: [tfjs('bad', 'complex64'), tfjs('good', 'float32')] }],
    }),
    beside: { a: new Uint8Array(12) },
    dtype: 'complex64',
    shape: [1],
  },
  tvm: {
    file: 'tensor-cache.json',
    content: json({
      metadata: {},
      records: [{ dataPath: 'a', records: [tvm('good', 'float32', 0), tvm('bad', 'int4', 4)] }],
    }),
    beside: { a: new Uint8Array(8) },
    dtype: 'int4',
    shape: [1],
  },
};

for (const [format, { file, content, dtype, shape, beside }] of Object.entries(FILES)) {
  test(`${format}: one tensor that cannot be read leaves the others readable`, async () => {
    const { header, read } = await openCheckpointSource(memorySource(file, content, beside), FORMATS);
    assert.equal(Object.keys(header.tensors), ['good']);
    assert.equal(await read('good'), new Uint8Array(4));
    const { reason, ...bad } = header.unreadable?.['bad'] ?? { reason: '' };
    assert.equal(bad, { dtype, shape });
    assert.ok(reason.length > 10);
    const error = await errorOf(() => read('bad'));
    assert.is(error.code, 'unsupported');
    assert.match(error.message, `tensor 'bad' of '${file}'`);
  });
}

test('floats of 8 bits of torch are float32', async () => {
  const rebuild = `ctorch._utils\n_rebuild_tensor_v3\n((${text('storage')}ctorch.storage\nUntypedStorage\n${text('0')}${text('cpu')}K\x02tQK\0K\x02\x85K\x01\x85\x89Nctorch\nfloat8_e5m2\ntR`;
  const content = zip([
    { name: 'a/data.pkl', content: latin1(`\x80\x02}${text('w')}${rebuild}s.`), stored: true },
    { name: 'a/data/0', content: new Uint8Array([0x3c, 0xc0]), stored: true },
  ]);
  const checkpoint = await openCheckpointSource(memorySource('x.pt', content), FORMATS);
  assert.is(checkpoint.header.tensors['w']?.dtype, 'float32');
  assert.equal([...new Float32Array((await checkpoint.read('w')).buffer)], [1, -2]);
});

test.run();
