import { PlanError } from '../errors.js';
import { fnv1a64Words } from './fnv1a64.js';
import { KEY_ROUNDS, threefry, type Words } from './threefry.js';

/** What users may give as a seed: a safe integer, a bigint or decimal digits, in [0, 2^64). */
export type SeedInput = number | bigint | string;

/** Stream of a parameter's own values; other numbers are free for other uses of the same path. */
const VALUES_STREAM = 0;
const VALUES_WORDS: Words = [0, 0];

const LIMIT = 1n << 64n;

/**
 * Checks a seed and writes it in decimal digits.
 *
 * @throws PlanError `bad-seed` unless it is an integer in [0, 2^64); numbers must be safe integers.
 * @example canonicalSeed('0042') // '42'
 */
export function canonicalSeed(seed: SeedInput): string {
  const value = seedInteger(seed);
  if (value !== undefined && value >= 0n && value < LIMIT) return value.toString();
  throw new PlanError({
    code: 'bad-seed',
    what: `${describe(seed)} is not a seed`,
    expected: 'an integer in [0, 2^64): a safe integer, a bigint, or a string of decimal digits',
    ...(typeof seed === 'number' && Number.isInteger(seed) && !Number.isSafeInteger(seed)
      ? { fix: `write it as a bigint or a string, numbers above 2^53 lose digits` }
      : {}),
  });
}

function seedInteger(seed: unknown): bigint | undefined {
  if (typeof seed === 'bigint') return seed;
  if (typeof seed === 'number') return Number.isSafeInteger(seed) ? BigInt(seed) : undefined;
  // 64 digits is far more than 2^64 takes, leading zeros included.
  if (typeof seed === 'string' && /^[0-9]{1,64}$/.test(seed)) return BigInt(seed);
  return undefined;
}

function describe(seed: unknown): string {
  if (typeof seed === 'bigint') return `${seed}n`;
  return typeof seed === 'string' ? `'${seed}'` : String(seed);
}

/**
 * Key of one random stream: the seed folded with the path's hash, then with the stream number.
 *
 * Both folds encipher with Threefry-2x32, 20 rounds, the former key being the key and the data the counter.
 *
 * @param seed integer in [0, 2^64), as {@link canonicalSeed} takes it.
 * @param path parameter path, hashed as UTF-8 by FNV-1a 64.
 * @param stream non-negative safe integer; 0 is the parameter's values.
 * @returns 16 hexadecimal digits: high word, low word.
 * @throws PlanError `bad-seed`.
 */
export function deriveKey(seed: SeedInput, path: string, stream: number = VALUES_STREAM): string {
  return keyDeriver(seed)(path, stream);
}

/** {@link deriveKey} for many paths under one seed. */
export function keyDeriver(seed: SeedInput): (path: string, stream?: number) => string {
  const base = splitWords(BigInt(canonicalSeed(seed)));
  return (path, stream = VALUES_STREAM) => {
    const folded = threefry(base, fnv1a64Words(path), KEY_ROUNDS);
    const words = stream === VALUES_STREAM ? VALUES_WORDS : splitWords(BigInt(stream));
    return keyToHex(threefry(folded, words, KEY_ROUNDS));
  };
}

/** Derives a key from a key and 64 bits of data. */
export function foldIn(key: Words, data: bigint): Words {
  return threefry(key, splitWords(data), KEY_ROUNDS);
}

function splitWords(value: bigint): Words {
  return [Number(value & 0xffffffffn), Number((value >> 32n) & 0xffffffffn)];
}

/** 16 hexadecimal digits, high word first. */
export function keyToHex(key: Words): string {
  return hexWord(key[1]) + hexWord(key[0]);
}

/** `00` to `ff`. */
const HEX_BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexWord(word: number): string {
  const byte = (shift: number): string => HEX_BYTES[(word >>> shift) & 0xff] ?? '';
  return byte(24) + byte(16) + byte(8) + byte(0);
}

/**
 * The two words, low first, of a key in hexadecimal.
 *
 * @throws PlanError `bad-key` unless it has 16 hexadecimal digits.
 */
export function keyFromHex(hex: string): Words {
  const [high, low] = [wordOfHex(hex, 0), wordOfHex(hex, 8)];
  if (hex.length === 16 && high >= 0 && low >= 0) return [low, high];
  throw new PlanError({ code: 'bad-key', what: `'${hex}' is not a key`, expected: '16 hexadecimal digits' });
}

/** The word of eight digits from a place on; -1 where one is none. Every parameter's key is read, so no pattern is used. */
function wordOfHex(hex: string, from: number): number {
  let word = 0;
  for (let at = from; at < from + 8; at += 1) {
    const code = hex.charCodeAt(at);
    const isDigit = code >= 0x30 && code <= 0x39;
    const letter = code | 0x20;
    if (!isDigit && !(letter >= 0x61 && letter <= 0x66)) return -1;
    word = 16 * word + (isDigit ? code - 0x30 : letter - 0x57);
  }
  return word;
}
