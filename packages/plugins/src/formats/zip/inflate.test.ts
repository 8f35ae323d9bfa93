import { deflateRawSync } from 'node:zlib';
import { memorySource } from '@incipit/core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inflateInto } from './inflate.js';

/** Bytes that compress a little. */
const PLAIN = Uint8Array.from({ length: 3_000_000 }, (_, k) => (k * k) % 251);
const packed = new Uint8Array(deflateRawSync(PLAIN));

async function unpacked(from: number, length: number): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  const place = { offset: 0, bytes: packed.byteLength, form: 'deflate-raw' } as const;
  assert.is(await inflateInto(memorySource('x', packed), place, { from, out }), length);
  return out;
}

for (const [what, from, length] of [
  ['all', 0, PLAIN.length],
  ['the end', PLAIN.length - 1000, 1000],
  ['the start', 0, 10],
] as const) {
  test(`${what} of raw deflate comes out, with a platform that has no word for it too`, async () => {
    assert.equal(await unpacked(from, length), PLAIN.slice(from, from + length));
    const { DecompressionStream } = globalThis;
    // As Node before 20.12 refuses it.
    const refusing = class {
      constructor(form: string) {
        throw new TypeError(`The provided value '${form}' is not a valid enum value`);
      }
    };
    Object.assign(globalThis, { DecompressionStream: refusing });
    try {
      assert.equal(await unpacked(from, length), PLAIN.slice(from, from + length));
    } finally {
      Object.assign(globalThis, { DecompressionStream });
    }
  });
}

test.run();
