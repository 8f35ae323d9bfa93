import { type Attack, bytes, joined, le, repeated, series } from './attack.js';

const TEXT = 8;
const LIST = 9;
const name = (text: string): Uint8Array => bytes(le(text.length, 8), text);
const gguf = (tensors: number, facts: number, ...rest: readonly Uint8Array[]): Uint8Array =>
  bytes('GGUF', le(3, 4), le(tensors, 8), le(facts, 8), ...rest);
const tensor = (text: string, extents: readonly number[], type = 0, offset = 0): Uint8Array =>
  bytes(name(text), le(extents.length, 4), ...extents.map((extent) => le(extent, 8)), le(type, 4), le(offset, 8));
const MANY = 2 ** 50;

const attack = (title: string, make: () => Uint8Array): Attack => ({ title: `gguf: ${title}`, file: 'x.gguf', make });

const GGUF_ATTACKS: readonly Attack[] = [
  attack('200 000 tensors of 2^50', () =>
    gguf(
      MANY,
      0,
      series(200_000, (k) => tensor(`${k}x`, [0])),
    ),
  ),
  attack('a million facts of one name', () => gguf(0, MANY, repeated(bytes(name('a'), le(7, 4), '\x01'), 1_500_000))),
  attack('a list of millions of texts', () =>
    gguf(0, 1, name('a'), le(LIST, 4), le(TEXT, 4), le(MANY, 8), new Uint8Array(60_000_000)),
  ),
  attack('lists in lists', () =>
    gguf(0, 1, name('a'), le(LIST, 4), le(LIST, 4), le(MANY, 8), repeated(bytes(le(0, 4), le(0, 8)), 5_000_000)),
  ),
  attack('a text of 60 MB', () =>
    gguf(0, 1, name('a'), le(TEXT, 4), le(60_000_000, 8), repeated('\xc3\xa9', 30_000_000)),
  ),
  attack('20 000 tensors of one place', () =>
    gguf(
      100_000,
      0,
      series(20_000, (k) => tensor(`${k}x`, [256], 10)),
      new Uint8Array(2000),
    ),
  ),
  attack('an extent that overflows beside a zero', () =>
    gguf(1, 0, tensor('a', [0, 2 ** 52, 2 ** 52]), new Uint8Array(64)),
  ),
];

const varint = (value: number): Uint8Array => {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  return new Uint8Array([...out, rest]);
};
const field = (id: number, content: Uint8Array): Uint8Array =>
  bytes(varint(id * 8 + 2), varint(content.byteLength), content);
const number = (id: number, value: number): Uint8Array => bytes(varint(id * 8), varint(value));
const model = (initializers: readonly Uint8Array[]): Uint8Array =>
  bytes(number(1, 8), field(7, joined(initializers.map((content) => field(5, content)))));
const model1 = (initializer: Uint8Array): Uint8Array => model([initializer]);
const onnx = (title: string, make: () => Uint8Array): Attack => ({ title: `onnx: ${title}`, file: 'x.onnx', make });

const ONNX_ATTACKS: readonly Attack[] = [
  onnx('three million fields of the graph', () => bytes(number(1, 8), field(7, repeated(number(9, 1), 3_000_000)))),
  onnx('a shape of 40 MB', () => model1(bytes(field(1, repeated('\x01', 40_000_000)), number(2, 1)))),
  onnx('a million fields of one shape', () => model1(bytes(repeated(number(1, 1), 1_000_000), number(2, 1)))),
  onnx('30 million numbers in a field', () =>
    model1(bytes(number(1, 30_000_000), number(2, 7), field(7, repeated('\x01', 30_000_000)))),
  ),
  onnx('700 000 numbers, each in a field', () =>
    model1(bytes(number(1, 700_000), number(2, 7), repeated(number(7, 1), 700_000))),
  ),
  onnx('floats in 700 000 fields', () =>
    model1(bytes(number(1, 700_000), number(2, 1), repeated(bytes(varint(4 * 8 + 5), le(0, 4)), 700_000))),
  ),
  onnx('100 000 tensors', () =>
    model(
      Array.from({ length: 100_000 }, (_, k) =>
        bytes(number(1, 0), number(2, 1), field(8, bytes(`${k}`)), field(9, new Uint8Array(0))),
      ),
    ),
  ),
  onnx('a million tensors', () => bytes(number(1, 8), field(7, repeated(field(5, number(2, 1)), 1_000_000)))),
  onnx('messages in messages', () => {
    let inner: Uint8Array = new Uint8Array(0);
    for (let k = 0; k < 2000; k++) inner = field(7, inner);
    return bytes(number(1, 8), inner);
  }),
  onnx('names of external data without end', () =>
    model1(
      bytes(
        number(2, 1),
        number(14, 1),
        repeated(field(13, bytes(field(1, repeated('k', 60_000)), field(2, repeated('v', 60_000)))), 300),
      ),
    ),
  ),
];

export const BINARY_ATTACKS: readonly Attack[] = [...GGUF_ATTACKS, ...ONNX_ATTACKS];
