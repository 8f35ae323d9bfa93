import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inwardBounds, nextUp, roundTo } from '../exact/float-rounding.js';
import { decodeFloats } from '../ir/convert.js';
import { byteSize, FLOAT_DTYPES, type FloatDType } from '../ir/dtype.js';
import type { ElementLaw } from '../ir/law.js';
import { type CpuDevice, createCpuDevice } from '../runtime/cpu-device.js';
import type { KernelCall } from './kernel-call.js';
import { lower } from './lower.js';
import { fillReference, referenceElement } from './reference/fill-reference.js';

/*
 * No value ever leaves its bounds, in the dtype that is stored: for random laws, by draws on the device and by the
 * words at which rounding is worst. A property either holds or not: there is no false alarm to speak of.
 */
const test = suite<{ device: CpuDevice }>('bounds');
const KEY = [0x243f6a88, 0x85a308d3] as const;
const DRAWS = 2048;
const RUNS = 400;
const EXTREME_WORDS = [
  0, 1, 2, 0x3fffffff, 0x40000000, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff,
];

test.before(async (context) => {
  context.device = await createCpuDevice();
});
test.after((context) => context.device.dispose());

/** Finite, of any magnitude that a weight may have. */
const magnitude = fc
  .tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -12, max: 8 }))
  .map(([mantissa, exponent]) => mantissa * 2 ** exponent);
const signed = fc.tuple(magnitude, fc.boolean()).map(([value, negative]) => (negative ? -value : value));
/** Widths from far over the deviation to a few units of the last place. */
const width = fc.integer({ min: -30, max: 6 }).map((exponent) => 2 ** exponent);
const dtypes = fc.constantFrom(...FLOAT_DTYPES);

interface Bounded {
  readonly low: number;
  readonly high: number;
}

function draw(device: CpuDevice, call: KernelCall): Float32Array {
  const out = new Uint8Array(DRAWS * byteSize(call.dtype));
  device.fill(call, out, 1);
  const expected = new Uint8Array(out.length);
  fillReference(call, expected, 1);
  assert.ok(Buffer.compare(out, expected) === 0, 'device and reference differ');
  return decodeFloats(call.dtype, out);
}

/** Draws on the device, and extreme words through the reference, which the device equals. */
function assertInside(device: CpuDevice, law: ElementLaw, dtype: FloatDType, allowed: Bounded): void {
  const call = lower(law, dtype, KEY);
  const say = (value: number) => `${value} of ${JSON.stringify(law)} in ${dtype} by ${call.kernel}`;
  for (const value of draw(device, call)) assert.ok(value >= allowed.low && value <= allowed.high, say(value));
  if (law.kind === 'constant' || call.kernel === 'incipit.constant') return;
  const element = referenceElement(call);
  for (const word of EXTREME_WORDS) {
    const value = element(word);
    assert.ok(value >= allowed.low && value <= allowed.high, say(value));
    assert.is(roundTo(value, dtype), value, 'a value of the dtype');
  }
}

test('truncated normals of any deviation and interval stay inside [low, high]', ({ device }) => {
  let empty = 0;
  const law = fc.tuple(fc.oneof(fc.constant(0), signed), magnitude, fc.double({ min: -6, max: 6, noNaN: true }), width);
  const property = fc.property(law, dtypes, ([mean, std, start, span], dtype) => {
    const low = mean + start * std;
    const high = low + span * std;
    const inside = inwardBounds(low, high, dtype);
    if (inside === undefined || low >= high) {
      empty += 1;
      return;
    }
    assertInside(device, { kind: 'truncated-normal', mean, std, low, high }, dtype, { low, high });
  });
  fc.assert(property, { seed: 3, numRuns: RUNS });
  assert.ok(empty < RUNS / 2, `${empty} intervals held no value of their dtype`);
});

test('uniforms of any interval stay inside [low, high)', ({ device }) => {
  const property = fc.property(fc.oneof(fc.constant(0), signed), width, dtypes, (low, span, dtype) => {
    const high = low + span;
    const inside = inwardBounds(low, high, dtype, true);
    if (inside === undefined || low >= high) return;
    assert.ok(inside.high < high);
    assertInside(device, { kind: 'uniform', low, high }, dtype, inside);
  });
  fc.assert(property, { seed: 4, numRuns: RUNS });
});

test('an interval of one, two or three values of the dtype gives all of them and nothing else', ({ device }) => {
  const property = fc.property(signed, fc.integer({ min: 0, max: 2 }), dtypes, (value, steps, dtype) => {
    const low = roundTo(value, dtype);
    const values = [low];
    for (let i = 0; i < steps; i += 1) values.push(nextUp(values.at(-1) ?? 0, dtype));
    const high = values.at(-1) ?? 0;
    // Just beyond both ends, where the dtype has no value.
    const slack = (nextUp(high, dtype) - high) / 8;
    const law: ElementLaw = {
      kind: 'truncated-normal',
      mean: low,
      std: Math.abs(low),
      low: low - slack,
      high: high + slack,
    };
    const drawn = new Set(draw(device, lower(law, dtype, KEY)));
    assert.equal(
      [...drawn].sort((a, b) => a - b),
      values,
    );
    const open = draw(device, lower({ kind: 'uniform', low: low - slack, high: nextUp(high, dtype) }, dtype, KEY));
    assert.equal(
      [...new Set(open)].sort((a, b) => a - b),
      values,
    );
  });
  fc.assert(property, { seed: 5, numRuns: RUNS });
});

test('normals of any mean and deviation are finite, and symmetric about the mean where it is 0', ({ device }) => {
  const exponent = fc.integer({ min: -140, max: 120 });
  const property = fc.property(exponent, fc.boolean(), (e, centred) => {
    const std = 1.7 * 2 ** e;
    const call = lower({ kind: 'normal', mean: centred ? 0 : -std, std }, 'float32', KEY);
    for (const value of draw(device, call)) assert.ok(Number.isFinite(value));
    if (!centred) return;
    const element = referenceElement(call);
    for (const word of EXTREME_WORDS) assert.is(element(word) + element((word ^ 0x80000000) >>> 0), 0);
  });
  fc.assert(property, { seed: 6, numRuns: 200 });
});

test('cut-offs beyond 6.34 σ are the plain normal to the bit; just within it they are not', ({ device }) => {
  for (const dtype of FLOAT_DTYPES) {
    for (const [mean, std] of [
      [0, 0.02],
      [0.25, 1],
    ] as const) {
      const plain = draw(device, lower({ kind: 'normal', mean, std }, dtype, KEY));
      const cut = (limit: number) =>
        lower({ kind: 'truncated-normal', mean, std, low: mean - limit * std, high: mean + limit * std }, dtype, KEY);
      assert.equal(draw(device, cut(6.35)), plain);
      assert.not.equal(draw(device, cut(6.3)), plain);
    }
  }
});

test.run();
