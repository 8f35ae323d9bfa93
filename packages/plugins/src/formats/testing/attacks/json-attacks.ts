import { type Attack, bytes, le, repeated, series } from './attack.js';

const safetensors = (header: Uint8Array, data = 0): Uint8Array =>
  bytes(le(header.byteLength, 8), header, new Uint8Array(data));
const attack = (title: string, header: () => Uint8Array): Attack => ({
  title: `safetensors: ${title}`,
  file: 'x.safetensors',
  make: () => safetensors(header()),
});
const json = (title: string, file: string, make: () => Uint8Array, shard = new Uint8Array(1000)): Attack => ({
  title,
  file,
  make,
  beside: () => ({ 'a.bin': shard }),
});

const EMPTY = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}';
const DEEP = 1_000_000;

export const JSON_ATTACKS: readonly Attack[] = [
  attack('a header of lists', () => bytes('{"a":[', repeated('[],', 4_000_000), '0]}')),
  attack('a header of fractions', () => bytes('{"a":[', repeated('0.5,', 2_500_000), '0]}')),
  attack('a dtype that nests a million deep', () =>
    bytes('{"a":{"dtype":', repeated('[', DEEP), repeated(']', DEEP), ',"shape":[],"data_offsets":[0,0]}}'),
  ),
  attack('a shape of a million axes', () =>
    bytes('{"a":{"dtype":"U8","shape":[', repeated('1,', 1_000_000), '"x"],"data_offsets":[0,0]}}'),
  ),
  attack('a number of 10 million digits', () => bytes('{"a":', repeated('7', 10_000_000), '}')),
  attack('a name of 10 MB', () => bytes('{"', repeated('n', 10_000_000), '":0}')),
  attack('metadata without end', () =>
    bytes(
      '{"__metadata__":{',
      series(1_000_000, (k) => `"${k}x":"",`),
      '"z":""}}',
    ),
  ),
  attack('220 000 tensors', () =>
    bytes(
      '{',
      series(220_000, (k) => `"${k}x":${EMPTY},`),
      `"z":${EMPTY}}`,
    ),
  ),
  attack('numbers as names', () =>
    bytes(
      '{',
      series(50_000, (k) => `"${k * 4096}":${EMPTY},`),
      `"z":${EMPTY}}`,
    ),
  ),
  {
    title: 'safetensors index: 600 000 names of one shard',
    file: 'x.safetensors.index.json',
    make: () =>
      bytes(
        '{"weight_map":{',
        series(600_000, (k) => `"${k}x":"s",`),
        '"z":"s"}}',
      ),
    beside: () => ({
      s: safetensors(
        bytes(
          '{',
          series(200_000, (k) => `"${k}x":${EMPTY},`),
          `"z":${EMPTY}}`,
        ),
      ),
    }),
  },
  {
    title: 'safetensors index: 2000 shards, each with a header of 1 MB',
    file: 'x.safetensors.index.json',
    make: () =>
      bytes(
        '{"weight_map":{',
        series(2000, (k) => `"${k}":"s${k}",`),
        '"z":"s0"}}',
      ),
    beside() {
      const shard = safetensors(repeated(' ', 1_000_000));
      shard.set([0x7b, 0x7d], 8);
      return Object.fromEntries(Array.from({ length: 2000 }, (_, k) => [`s${k}`, shard]));
    },
  },
  json('tfjs: one shard named 9000 times', 'model.json', () =>
    bytes('{"weightsManifest":[{"paths":[', repeated('"a.bin",', 9000), '"a.bin"],"weights":[]}]}'),
  ),
  json('tfjs: 150 000 weights', 'model.json', () =>
    bytes(
      '{"weightsManifest":[{"paths":["a.bin"],"weights":[',
      series(150_000, (k) => `{"name":"${k}x","shape":[0],"dtype":"float32"},`),
      '{"name":"z","shape":[1000],"dtype":"bool"}]}]}',
    ),
  ),
  json('tfjs: 250 000 groups', 'model.json', () =>
    bytes(
      '{"weightsManifest":[',
      repeated('{"paths":[],"weights":[]},', 250_000),
      '{"paths":["a.bin"],"weights":[]}]}',
    ),
  ),
  json('tfjs: a path that nests', 'model.json', () =>
    bytes('{"weightsManifest":[{"paths":[', repeated('[', DEEP), repeated(']', DEEP), '],"weights":[]}]}'),
  ),
  json(
    'tvm: many tensors of one file',
    'tensor-cache.json',
    () =>
      bytes(
        '{"metadata":{},"records":[{"dataPath":"a.bin","format":"raw-shard","nbytes":4000000,"records":[',
        series(
          30_000,
          (k) => `{"name":"${k}","shape":[1000000],"dtype":"float32","format":"raw","nbytes":4000000,"byteOffset":0},`,
        ),
        '{"name":"z","shape":[1],"dtype":"float32","format":"raw","nbytes":4,"byteOffset":0}]}]}',
      ),
    new Uint8Array(4_000_000),
  ),
  json('tvm: a dtype that nests', 'tensor-cache.json', () =>
    bytes(
      '{"metadata":{},"records":[{"dataPath":"a.bin","records":[{"name":"a","nbytes":1,"byteOffset":0,"shape":[],"dtype":',
      ...[repeated('[', DEEP), repeated(']', DEEP), '}]}]}'],
    ),
  ),
];
