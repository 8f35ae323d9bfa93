import * as assert from 'uvu/assert';

/** What `fixtures/shared/small-model.mjs` gives. */
export interface SmallModelResult {
  /** Bytes of each trainable weight as hexadecimal text, by tfjs's own name. */
  readonly weights: Readonly<Record<string, string>>;
  readonly finite: boolean;
}

const FLOAT_BYTES = 4;
const SIZES = {
  'conv/kernel': 3 * 3 * 3 * 5,
  'conv/bias': 5,
  'norm/gamma': 5,
  'norm/beta': 5,
  'head/kernel': 6 * 6 * 5 * 7,
  'head/bias': 7,
};

function floats(hex: string | undefined): Float32Array {
  assert.type(hex, 'string');
  return new Float32Array(Uint8Array.from(Buffer.from(hex ?? '', 'hex')).buffer);
}

/** Checks that the rules of the fixture were followed: sizes, constants, spread and cut-offs. */
export function assertSmallModel({ weights, finite }: SmallModelResult): void {
  assert.ok(finite, 'the model gives finite numbers');
  for (const [name, size] of Object.entries(SIZES)) {
    assert.is(weights[name]?.length, size * FLOAT_BYTES * 2, `${name} has ${size} elements`);
  }
  assert.equal([...floats(weights['norm/gamma'])], [1, 1, 1, 1, 1]);
  assert.equal([...floats(weights['conv/bias'])], [0, 0, 0, 0, 0]);
  assert.ok(floats(weights['head/bias']).every((value) => value === 0.25));
  const head = floats(weights['head/kernel']);
  assert.ok(head.every((value) => Math.abs(value) <= 0.04));
  assert.ok(new Set(head).size > head.length * 0.9, 'the head is random');
  const conv = floats(weights['conv/kernel']);
  const std = Math.sqrt(conv.reduce((sum, value) => sum + value * value, 0) / conv.length);
  // Kaiming's default: fan out (3 * 3 * 5), gain of relu; 135 draws leave a wide margin.
  const expected = Math.sqrt(2 / 45);
  assert.ok(Math.abs(std / expected - 1) < 0.35, `std ${std} is near ${expected}`);
}
