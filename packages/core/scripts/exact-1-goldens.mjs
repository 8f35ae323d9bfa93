// Writes test-data/exact-1.json, the bits of the generator `exact-1`, from the plain-TypeScript reference.
//
//   npm run build && node packages/core/scripts/exact-1-goldens.mjs
//
// Never run by a test. exact-1 is frozen: what this writes must be what is there. A change of a bit is a change of what
// an existing seed gives, which is another generator.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { lower } from '../dist/kernels/lower.js';
import { fillReference } from '../dist/kernels/reference/fill-reference.js';
import { deriveKey, keyFromHex } from '../dist/rng/key.js';
import { threefry } from '../dist/rng/threefry.js';

const TARGET = new URL('../test-data/exact-1.json', import.meta.url);
const BYTES = { float32: 4, float16: 2, bfloat16: 2 };
/** Even and odd starts, and the carries of the block counter and of the element index. */
const OFFSETS = [0, 1, 2 ** 32 - 3, 2 ** 33 - 5, 2 ** 40 + 1];
const SHORT = 8;
const LONG = { offset: 2 ** 33 - 2051, count: 4099 };

/** One law or more for each kernel, and the corners of the lowering. */
const LAWS = [
  { kind: 'constant', value: 0.1 },
  { kind: 'uniform', low: 0, high: 1 },
  { kind: 'uniform', low: -0.05, high: 0.05 },
  { kind: 'uniform', low: -3, high: 0.000001 },
  { kind: 'uniform', low: 1, high: 1.01 },
  { kind: 'normal', mean: 0, std: 1 },
  { kind: 'normal', mean: 0, std: 0.02 },
  { kind: 'normal', mean: 0.5, std: 0.7 },
  { kind: 'normal', mean: -3, std: 0.01 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 },
  { kind: 'truncated-normal', mean: 0, std: 0.02, low: -0.04, high: 0.04 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -8, high: 7 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: 5, high: 6 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -9, high: -6.25 },
  { kind: 'truncated-normal', mean: 5, std: 1, low: -2, high: 2 },
  { kind: 'truncated-normal', mean: 0.1, std: 0.3, low: 0, high: 100 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: 1, high: 1.0125 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -6.0125, high: -6 },
  { kind: 'truncated-normal', mean: 0, std: 10000, low: -2, high: 2 },
];
/** Numbers that only float32 holds. */
const FLOAT32_LAWS = [
  { kind: 'uniform', low: -3e38, high: 3e38 },
  { kind: 'uniform', low: 1, high: 1.0000005 },
  { kind: 'uniform', low: 0, high: 1e-40 },
  { kind: 'normal', mean: 0, std: 5e37 },
  { kind: 'normal', mean: 0, std: 1e-30 },
  { kind: 'normal', mean: 0, std: 1e-40 },
  { kind: 'normal', mean: 1e6, std: 0.001 },
  { kind: 'truncated-normal', mean: 0, std: 1e-40, low: -1e-40, high: 2e-40 },
];
const SEEDS = ['0', '42', '18446744073709551615'];
const PATHS = ['', 'fc.weight', 'encoder.layers.0.attn.qkv', 'conv1_conv/kernel', 'grün.重み'];

function hex(words) {
  return words.map((word) => word.toString(16).padStart(8, '0')).join(' ');
}

function fill(call, offset, count) {
  const out = new Uint8Array(count * BYTES[call.dtype]);
  fillReference(call, out, offset);
  return out;
}

/** Elements in hexadecimal, most significant digit first. */
function elements(bytes, size) {
  return Array.from({ length: bytes.length / size }, (_, i) =>
    Buffer.from(bytes.subarray(i * size, (i + 1) * size))
      .reverse()
      .toString('hex'),
  ).join(' ');
}

function goldenOf(law, dtype) {
  const call = lower(law, dtype, KEY);
  return {
    law,
    dtype,
    kernel: call.kernel,
    args: call.args,
    elements: Object.fromEntries(OFFSETS.map((at) => [at, elements(fill(call, at, SHORT), BYTES[dtype])])),
    sha256: createHash('sha256')
      .update(fill(call, LONG.offset, LONG.count))
      .digest('hex'),
  };
}

const KEY = deriveKey(42, 'fc.weight');
const dtypes = Object.keys(BYTES);
const goldens = {
  about: 'Bits of exact-1, which is frozen. Made by scripts/exact-1-goldens.mjs; see docs/exact-1.md.',
  key: KEY,
  keys: SEEDS.flatMap((seed) =>
    PATHS.flatMap((path) => [0, 1].map((stream) => ({ seed, path, stream, key: deriveKey(seed, path, stream) }))),
  ),
  blocks: [0, 1, 2 ** 20 - 1].flatMap((high) =>
    [0, 1, 0xffffffff].map((low) => ({
      counter: hex([low, high]),
      words: hex(threefry(keyFromHex(KEY), [low, high], 13)),
    })),
  ),
  long: LONG,
  cases: [
    ...LAWS.flatMap((law) => dtypes.map((dtype) => goldenOf(law, dtype))),
    ...FLOAT32_LAWS.map((law) => goldenOf(law, 'float32')),
  ],
};
writeFileSync(TARGET, `${JSON.stringify(goldens, null, 1)}\n`);
console.log(`${goldens.cases.length} cases`);
