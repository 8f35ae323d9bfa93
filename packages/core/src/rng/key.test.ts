import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PlanError } from '../errors.js';
import { fnv1a64 } from './fnv1a64.js';
import { canonicalSeed, deriveKey, foldIn, keyFromHex, keyToHex, type SeedInput } from './key.js';
import { threefry } from './threefry.js';

const test = suite('key');

// Landon Curt Noll's test vectors for FNV-1a, 64 bits.
const HASHES: readonly (readonly [string, bigint])[] = [
  ['', 0xcbf29ce484222325n],
  ['a', 0xaf63dc4c8601ec8cn],
  ['foobar', 0x85944171f73967e8n],
];
for (const [text, expected] of HASHES) {
  test(`the hash of '${text}' is FNV-1a's`, () => assert.is(fnv1a64(text), expected));
}

test('a path is hashed as UTF-8', () => {
  let hash = 0xcbf29ce484222325n;
  for (const byte of [0xc3, 0xa9]) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  assert.is(fnv1a64('é'), hash);
});

const SEEDS: readonly (readonly [SeedInput, string])[] = [
  [0, '0'],
  [-0, '0'],
  [42, '42'],
  ['42', '42'],
  ['007', '7'],
  [42n, '42'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  [2n ** 64n - 1n, '18446744073709551615'],
  ['18446744073709551615', '18446744073709551615'],
];
for (const [seed, expected] of SEEDS) {
  test(`the ${typeof seed} ${String(seed)} is the seed ${expected}`, () => assert.is(canonicalSeed(seed), expected));
}

const REFUSED: readonly unknown[] = [-1, 0.5, 2 ** 53, Number.NaN, Infinity, -1n, 2n ** 64n, '18446744073709551616'];
for (const seed of [...REFUSED, '', ' 1', '+1', '1e3', '0x10', '-0', null, undefined, {}, true]) {
  test(`${typeof seed} ${String(seed)} is refused as a seed`, () => {
    assert.throws(
      () => canonicalSeed(seed as SeedInput),
      (error: unknown) => error instanceof PlanError && error.code === 'bad-seed',
    );
  });
}

test('the key is the seed folded with the hash of the path, then with the stream', () => {
  const words = (value: bigint) => [Number(value & 0xffffffffn), Number(value >> 32n)] as const;
  const folded = threefry(words(2n ** 40n + 5n), words(fnv1a64('conv1.kernel')), 20);
  const expected = threefry(folded, [3, 0], 20);
  assert.is(deriveKey(2n ** 40n + 5n, 'conv1.kernel', 3), keyToHex(expected));
  assert.is(deriveKey(2n ** 40n + 5n, 'conv1.kernel', 3), keyToHex(foldIn(folded, 3n)));
});

test('seed, path and stream each change the key; the way a seed is written does not', () => {
  const keys = [
    deriveKey(1, 'a.weight'),
    deriveKey(2, 'a.weight'),
    deriveKey(2n ** 32n, 'a.weight'),
    deriveKey(1, 'a.bias'),
    deriveKey(1, 'a.weight', 1),
    deriveKey(1, 'a.weight', 2 ** 32),
  ];
  assert.is(new Set(keys).size, keys.length);
  assert.is(deriveKey('1', 'a.weight'), deriveKey(1n, 'a.weight', 0));
});

test('hexadecimal keys have the high word first, and come back', () => {
  assert.is(keyToHex([0x89abcdef, 0x01234567]), '0123456789abcdef');
  assert.equal(keyFromHex('0123456789abcdef'), [0x89abcdef, 0x01234567]);
  for (const bad of ['', '0123', '0123456789abcdeg', '0x23456789abcdef', '0123456789abcdef0']) {
    assert.throws(
      () => keyFromHex(bad),
      (error: unknown) => error instanceof PlanError && error.code === 'bad-key',
    );
  }
});

test.run();
