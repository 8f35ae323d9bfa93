import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { convert, decodeFloats, encodeFloats } from './convert.js';

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const floats = (bytes: Uint8Array): number[] => [...decodeFloats('float32', bytes)];

test('equal dtypes give the same bytes', () => {
  const bytes = bytesOf(Float32Array.of(1, 2));
  assert.is(convert(bytes, 'float32', 'float32'), bytes);
});

test('float64 rounds once, not by way of float32', () => {
  // Between two float16 values, a hair above the middle: rounding to float32 first lands on the middle.
  const value = 1 + 2 ** -11 + 2 ** -40;
  const half = convert(bytesOf(Float64Array.of(value)), 'float64', 'float16');
  assert.is(decodeFloats('float16', half)[0], 1 + 2 ** -10);
});

test('float16 and bfloat16 keep their subnormals and signs both ways', () => {
  for (const dtype of ['float16', 'bfloat16'] as const) {
    const values = dtype === 'float16' ? [0, 2 ** -24, -65504, 1.5] : [0, 2 ** -133, -(2 ** 127), 1.5];
    const encoded = encodeFloats(values, dtype);
    assert.is(encoded.byteLength, 2 * values.length);
    assert.equal(floats(convert(encoded, dtype, 'float32')), values);
  }
});

test('every float16 pattern but NaN survives the way to float32 and back', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((bits) => (bits & 0x7fff) <= 0x7c00);
  const there = convert(bytesOf(all), 'float16', 'float32');
  assert.equal(new Uint16Array(convert(there, 'float32', 'float16').buffer), all);
});

test('integers become floats, and floats truncate to integers', () => {
  assert.equal(floats(convert(bytesOf(BigInt64Array.of(-3n, 7n)), 'int64', 'float32')), [-3, 7]);
  assert.equal(floats(convert(bytesOf(Uint8Array.of(0, 2)), 'bool', 'float32')), [0, 2]);
  const source = bytesOf(Float32Array.of(-1.9, 2.9, Number.NaN));
  assert.equal([...new Int32Array(convert(source, 'float32', 'int32').buffer)], [-1, 2, 0]);
  assert.equal([...new BigInt64Array(convert(source, 'float32', 'int64').buffer)], [-1n, 2n, 0n]);
  assert.equal([...convert(source, 'float32', 'bool')], [1, 1, 1]);
});

test('bytes at an odd address are read as well', () => {
  const shifted = new Uint8Array(9);
  shifted.set(bytesOf(Float32Array.of(1, 2)), 1);
  assert.equal(floats(shifted.subarray(1)), [1, 2]);
});

test.run();
