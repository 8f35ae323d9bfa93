import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Float8, isFloat8, widenFloat8 } from './float8.js';

// In torch 2.x: torch.arange(256, dtype=torch.uint8).view(torch.float8_e4m3fn).float(), written as JavaScript writes numbers.
const TORCH: Readonly<Record<Float8, string>> = {
  float8_e4m3fn: 'ed35e94a062b6d40',
  float8_e5m2: '3a4ba6be7405b8ae',
  float8_e4m3fnuz: '29a47161780ad586',
  float8_e5m2fnuz: '27daffe583edefad',
  float8_e8m0fnu: 'ec4c68716bc9fa0a',
};

for (const [kind, expected] of Object.entries(TORCH) as [Float8, string][]) {
  test(`every ${kind} is the float32 that torch makes of it`, () => {
    const bytes = widenFloat8(
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
      kind,
    );
    const values = [...new Float32Array(bytes.buffer)].map((value) => {
      if (Number.isNaN(value)) return 'nan';
      return Object.is(value, -0) ? '-0' : String(value);
    });
    assert.is(createHash('sha256').update(values.join()).digest('hex').slice(0, 16), expected);
  });
}

test('other types are none', () => {
  assert.not(isFloat8('float8'));
  assert.not(isFloat8('toString'));
});

test.run();
