import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toFixed } from './fixed-point.js';
import { normalCdf, normalDensity } from './normal-distribution.js';

const test = suite('normal-distribution');

// mpmath 1.3 at 400 bits: int(floor(ncdf(x) * 2**128)), int(floor(npdf(x) * 2**128))
const KNOWN: readonly (readonly [number, bigint, bigint])[] = [
  [-6.3, 0xa3a1e681031a9843dbad570dn, 0x41fb052cc4ae90895756bc351n],
  [-3, 0x587787e616d75b1156424b3dcf9283n, 0x1227213fd776889833548fdf6bc5dacn],
  [-1, 0x289da176f964165b40dd1610d22e29b6n, 0x3df1cb1c662e6ee18719e49ee2edcfe2n],
  [-0.01, 0x7efa8db518b88f957bdb1bb3d62242fen, 0x661fc629415602d814d3ad95ba8bbc61n],
  [0, 0x80000000000000000000000000000000n, 0x662114cf50d942343f2cf1402eae38bfn],
  [0.5, 0xb103af119563b6f340e3c8429ca5fae8n, 0x5a20f408821ab0a52e256a4c4cb8aa16n],
  [2, 0xfa2d0c1f4d89e8198c5d9f298e60d34dn, 0xdd25a1b741d6a37313bee44ea4eda1bn],
  [6.3, 0xffffffff5c5e197efce567bc2452a8f2n, 0x41fb052cc4ae90895756bc351n],
  [8, 0xffffffffffffd32c5a6de554637ea121n, 0x16c0df3a0948346fc1c02n],
];

for (const [x, cdf, density] of KNOWN) {
  test(`at ${x} both functions agree with mpmath to two units of 2^-128, the tail included`, () => {
    const near = (got: bigint, expected: bigint): boolean => got - expected <= 2n && expected - got <= 2n;
    assert.ok(near(normalCdf(toFixed(x, 128), 128), cdf), 'distribution');
    assert.ok(near(normalDensity(toFixed(x, 128), 128), density), 'density');
  });
}

test('the two tails add up to one', () => {
  for (const x of [0, 0.3, 1, 4.7, 6.3, 9]) {
    const sum = normalCdf(toFixed(x, 200), 200) + normalCdf(-toFixed(x, 200), 200);
    assert.is(sum, 1n << 200n);
  }
});

test('far out the distribution is 0 and 1, and no work is done for it', () => {
  assert.is(normalCdf(toFixed(-1e6, 64), 64), 0n);
  assert.is(normalCdf(toFixed(1e6, 64), 64), 1n << 64n);
});

test('more bits only add digits', () => {
  for (const x of [-7.9, -2.2, 0.001, 3.3]) {
    const wide = normalCdf(toFixed(x, 400), 400) >> 300n;
    const narrow = normalCdf(toFixed(x, 100), 100);
    assert.ok(narrow - wide <= 2n && wide - narrow <= 2n, `${x}`);
  }
});

test.run();
