import { deflateSync } from 'node:zlib';
import { type Attack, bytes, joined, le, repeated, series } from './attack.js';

/** Signature, version 2, and where the root group is. */
const START_BYTES = 48;
const file = (...parts: readonly Uint8Array[]): Uint8Array =>
  bytes('\x89HDF\r\n\x1a\n\x02\x08\x08\x00', le(0, 8), le(0, 8), le(0, 8), le(START_BYTES, 8), le(0, 4), ...parts);
const message = (type: number, body: Uint8Array): Uint8Array =>
  bytes(le(type, 2), le(body.byteLength, 2), le(0, 4), body);
const object = (...messages: readonly Uint8Array[]): Uint8Array => {
  const content = bytes(...messages);
  return bytes('\x01\x00', le(messages.length, 2), le(1, 4), le(content.byteLength, 4), le(0, 4), content);
};
const link = (name: string, at: number): Uint8Array =>
  message(6, bytes('\x01\x00', le(name.length, 1), name, le(at, 8)));
const shape = (...extents: readonly number[]): Uint8Array =>
  message(1, bytes('\x01', le(extents.length, 1), le(0, 6), ...extents.map((extent) => le(extent, 8))));
const BYTE = message(3, bytes('\x10\x00\x00\x00', le(1, 4), le(0, 2), le(8, 2)));
const DEFLATE = message(11, bytes('\x01\x01', le(0, 6), le(1, 2), le(0, 2), le(1, 2), le(1, 2), le(4, 4), le(0, 4)));
const chunked = (tree: number, ...extents: readonly number[]): Uint8Array =>
  message(8, bytes('\x03\x02', le(extents.length + 1, 1), le(tree, 8), ...extents.map((n) => le(n, 4)), le(1, 4)));

interface Entry {
  readonly bytes: number;
  readonly place: readonly number[];
  readonly at: number;
}

/** Leaves of a tree of chunks, at most 65 535 in one. */
const leaf = (entries: readonly Entry[]): Uint8Array =>
  bytes(
    'TREE\x01\x00',
    le(entries.length, 2),
    le(0, 16),
    joined(
      entries.map((entry) =>
        bytes(le(entry.bytes, 4), le(0, 4), ...entry.place.map((n) => le(n, 8)), le(0, 8), le(entry.at, 8)),
      ),
    ),
  );

/** A dataset whose chunks all are the same compressed bytes. */
function oneChunk(
  extents: readonly number[],
  chunk: readonly number[],
  places: readonly (readonly number[])[],
): Uint8Array {
  const data = new Uint8Array(deflateSync(new Uint8Array(chunk.reduce((a, b) => a * b, 1))));
  const build = (tree: number): Uint8Array => object(shape(...extents), BYTE, DEFLATE, chunked(tree, ...chunk));
  const tree = START_BYTES + build(0).byteLength;
  const dataAt = tree + 24 + places.length * (24 + 8 * extents.length);
  const entries = places.map((place) => ({ bytes: data.byteLength, place, at: dataAt }));
  return file(build(tree), leaf(entries), data);
}

const along = (count: number, step: number): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, k) => [k * step]);

const attack = (title: string, make: () => Uint8Array): Attack => ({ title: `hdf5: ${title}`, file: 'x.h5', make });

/** An object with many messages, in blocks that each go on in another: a message has 64 KiB at most, a block 4 GiB. */
const manyMessages = (count: number): Uint8Array => {
  const content = repeated(message(0, new Uint8Array(0)), count);
  return file(bytes('\x01\x00', le(0, 2), le(1, 4), le(content.byteLength, 4), le(0, 4), content));
};

export const HDF5_ATTACKS: readonly Attack[] = [
  attack('a million messages of an object', () => manyMessages(1_000_000)),
  attack('a header that goes on in itself', () => {
    const start = START_BYTES + 16;
    return file(object(message(16, bytes(le(start, 8), le(24, 8)))));
  }),
  attack('a group that holds itself, by many names', () =>
    file(object(...Array.from({ length: 1000 }, (_, k) => link(`${k}`, START_BYTES)))),
  ),
  attack('a group that holds itself, by long names', () =>
    file(object(...Array.from({ length: 20 }, (_, k) => link(`${k}`.padEnd(250, 'n'), START_BYTES)))),
  ),
  attack('100 000 links to one dataset', () => {
    const one = object(shape(4), BYTE, message(8, bytes('\x03\x00', le(4, 2), 'abcd')));
    const make = (at: number): Uint8Array => series(100_000, (k) => link(`${k}`.padStart(6, '0'), at));
    const at = START_BYTES + 16 + make(0).byteLength;
    return file(bytes('\x01\x00', le(0, 2), le(1, 4), le(make(0).byteLength, 4), le(0, 4), make(at)), one);
  }),
  attack('60 000 tiny chunks', () => oneChunk([60_000], [1], along(60_000, 1))),
  attack('60 000 chunks of 1 MB, one place in the file', () =>
    oneChunk([60_000_000_000], [1_000_000], along(60_000, 1_000_000)),
  ),
  attack('100 chunks of 1 MB, one place in the file', () =>
    oneChunk([100_000_000], [1_000_000], along(100, 1_000_000)),
  ),
  attack('a chunk of 200 MB for one value', () => oneChunk([1], [200_000_000], [[0]])),
  attack('40 million rows of one value', () => oneChunk([40_000_000, 1], [40_000_000, 1], [[0, 0]])),
  attack('25 million rows of one value, in two columns', () =>
    oneChunk(
      [25_000_000, 2],
      [25_000_000, 1],
      [
        [0, 0],
        [0, 1],
      ],
    ),
  ),
  attack('a shape of 255 axes', () =>
    file(
      object(
        message(1, bytes('\x01\xff', le(0, 6), new Uint8Array(2040))),
        BYTE,
        message(8, bytes('\x03\x00', le(0, 2))),
      ),
    ),
  ),
  attack('a tree of chunks that holds itself', () => {
    const build = (tree: number): Uint8Array => object(shape(1000), BYTE, DEFLATE, chunked(tree, 1));
    const tree = START_BYTES + build(0).byteLength;
    const entry = bytes(le(10, 4), le(0, 4), le(0, 8), le(0, 8), le(tree, 8));
    return file(build(tree), bytes('TREE\x01\x01', le(500, 2), le(0, 16), repeated(entry, 500)));
  }),
];
