import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { normalCdf } from '../exact/normal-distribution.js';
import { LARGEST_QUANTILE, quantileOfProbability, quantileOfWord } from './quantile.js';
import { FIRST_OCTAVE, QUANTILE_TABLE, QUANTILE_TABLE_SHA256 } from './quantile-table.js';

const test = suite('quantile');
const UNIT = 2 ** -28;
const BITS = 128;

/** Error of a quantile in σ, to first order: the probability's error over the density, in float64. */
function errorInSigmas(units: number, probability: bigint): number {
  const z = units * UNIT;
  const missed = normalCdf(BigInt(units) << BigInt(BITS - 28), BITS) - probability;
  // Only the size of an error counts here: float64 exp is good enough.
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return Number(missed) / 2 ** BITS / density;
}

test('the table is the frozen one, and the C++ twin has the same numbers', () => {
  const bytes = new Uint8Array(QUANTILE_TABLE.buffer, QUANTILE_TABLE.byteOffset, QUANTILE_TABLE.byteLength);
  const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
  assert.is(digest(bytes), QUANTILE_TABLE_SHA256);
  assert.is(QUANTILE_TABLE_SHA256, 'd3f57b2276aaef8e8a8c85d9086a2196553417380ea91ce1d4b684d5f0bb31ee');
  const header = readFileSync(new URL('../../native/kernels/quantile-table.h', import.meta.url), 'utf8');
  const numbers = /\{\n([\d,\s]+)\};/.exec(header)?.[1]?.match(/\d+/g) ?? [];
  assert.is(digest(new Uint8Array(Uint32Array.from(numbers, Number).buffer)), QUANTILE_TABLE_SHA256);
  assert.ok(header.includes(`kFirstOctave = ${FIRST_OCTAVE};`));
});

test('words of either sign give quantiles of either sign, never -0', () => {
  for (const m of [0, 1, 2, 0x3fffffff, 0x40000000, 0x7ffffffe, 0x7fffffff]) {
    const z = quantileOfWord(m);
    assert.ok(z >= 0 && z <= LARGEST_QUANTILE);
    assert.is(quantileOfWord((m | 0x80000000) >>> 0) + z, 0);
  }
  assert.is(quantileOfWord(0), LARGEST_QUANTILE);
  assert.ok(Object.is(quantileOfWord(0xffffffff), 0) || quantileOfWord(0xffffffff) < 0);
});

test('the quantile of every word is within 1.6e-8 σ of the truth', () => {
  let worst = 0;
  for (let octave = 0; octave < 31; octave += 1) {
    for (let step = 0; step < 64; step += 1) {
      const m = Math.floor(2 ** octave * (1 + ((step * 0.61803398875 + octave * 0.37) % 1)));
      const tail = ((BigInt(m) << 1n) + 1n) << BigInt(BITS - 33);
      worst = Math.max(worst, Math.abs(errorInSigmas(-quantileOfWord(m), tail)));
    }
  }
  assert.ok(worst < 1.6e-8, `worst ${worst}`);
  assert.ok(worst > 1e-10, 'the check sees errors');
});

test('the quantile of a 64-bit probability is as good, and keeps the tails to 2^-50', () => {
  let worst = 0;
  for (let exponent = 1; exponent < 50; exponent += 1) {
    for (let step = 0; step < 24; step += 1) {
      const fraction = BigInt(Math.floor(2 ** 52 * (1 + ((step * 0.61803398875 + exponent * 0.37) % 1))));
      // Ten low bits are dropped by definition.
      const tail = ((fraction << 11n) >> BigInt(exponent)) & ~1023n;
      const low = quantileOfProbability(Number(tail >> 32n), Number(tail & 0xffffffffn));
      worst = Math.max(worst, Math.abs(errorInSigmas(low, tail << BigInt(BITS - 64))));
      const mirror = ~tail & 0xffffffffffffffffn;
      assert.is(quantileOfProbability(Number(mirror >> 32n), Number(mirror & 0xffffffffn)), -low);
    }
  }
  assert.ok(worst < 1.6e-8, `worst ${worst}`);
});

test('magnitudes never grow as the tail does: across every row boundary and along rows', () => {
  for (let octave = 0; octave < 31; octave += 1) {
    for (let segment = 0; segment <= 16; segment += 1) {
      const boundary = Math.floor(2 ** octave * (1 + segment / 16));
      let before = Infinity;
      for (let m = Math.max(0, boundary - 24); m < Math.min(boundary + 24, 2 ** 31); m += 1) {
        const z = quantileOfWord(m);
        assert.ok(z <= before, `m = ${m}`);
        before = z;
      }
    }
  }
  let before = -Infinity;
  for (let step = 0; step <= 100000; step += 1) {
    const high = Math.floor((step / 100000) * 0xffffffff);
    const z = quantileOfProbability(high, 0);
    assert.ok(z >= before, `P = ${high}`);
    before = z;
  }
});

test('no tail is thinner than 2^-50, where the quantile is 7.95 σ', () => {
  const thinnest = quantileOfProbability(0, 0);
  assert.is(quantileOfProbability(0, 1 << 14), thinnest);
  assert.ok(Math.abs(thinnest * UNIT + 7.9563) < 1e-3, `${thinnest * UNIT}`);
});

test.run();
