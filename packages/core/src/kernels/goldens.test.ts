import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { byteSize, type FloatDType } from '../ir/dtype.js';
import type { ElementLaw } from '../ir/law.js';
import { deriveKey, keyFromHex } from '../rng/key.js';
import { threefry } from '../rng/threefry.js';
import { type CpuDevice, createCpuDevice } from '../runtime/cpu-device.js';
import type { KernelCall } from './kernel-call.js';
import { lower } from './lower.js';
import { fillReference } from './reference/fill-reference.js';

interface Goldens {
  readonly key: string;
  readonly keys: readonly { seed: string; path: string; stream: number; key: string }[];
  readonly blocks: readonly { counter: string; words: string }[];
  readonly long: { readonly offset: number; readonly count: number };
  readonly cases: readonly {
    readonly law: ElementLaw;
    readonly dtype: FloatDType;
    readonly kernel: string;
    readonly args: readonly number[];
    readonly elements: Readonly<Record<string, string>>;
    readonly sha256: string;
  }[];
}

const GOLDEN_TEXT = readFileSync(new URL('../../test-data/exact-1.json', import.meta.url), 'utf8');
const GOLDENS = JSON.parse(GOLDEN_TEXT) as Goldens;

/** Of the golden file, since exact-1 was frozen: bits that change belong to a generator of another name. */
const FROZEN_SHA256 = 'eba7822c57ed4bd71ffb81bd878dccc2cf4da15b61d2ba047813e35b68f70be0';

type Fill = (call: KernelCall, out: Uint8Array, offset: number) => void;

const test = suite<{ device: CpuDevice }>('exact-1 goldens');
test.before(async (context) => {
  context.device = await createCpuDevice();
});
test.after((context) => context.device.dispose());

function filled(fill: Fill, call: KernelCall, offset: number, count: number): Uint8Array {
  const out = new Uint8Array(count * byteSize(call.dtype));
  fill(call, out, offset);
  return out;
}

function hexElements(bytes: Uint8Array, size: number): string {
  const element = (at: number): string =>
    Buffer.from(bytes.subarray(at, at + size))
      .reverse()
      .toString('hex');
  return Array.from({ length: bytes.length / size }, (_, i) => element(i * size)).join(' ');
}

function words(text: string): [number, number] {
  const [low = 0, high = 0] = text.split(' ').map((word) => Number.parseInt(word, 16));
  return [low, high];
}

test('the golden file is the one that was frozen', () => {
  assert.is(createHash('sha256').update(GOLDEN_TEXT).digest('hex'), FROZEN_SHA256);
});

test('keys are the frozen ones', () => {
  for (const { seed, path, stream, key } of GOLDENS.keys) assert.is(deriveKey(seed, path, stream), key);
  assert.is(new Set(GOLDENS.keys.map(({ key }) => key)).size, GOLDENS.keys.length);
});

test('blocks of words are the frozen ones', () => {
  for (const block of GOLDENS.blocks) {
    assert.equal(threefry(keyFromHex(GOLDENS.key), words(block.counter), 13), words(block.words));
  }
});

for (const { law, dtype, kernel, args, elements, sha256 } of GOLDENS.cases) {
  test(`${JSON.stringify(law)} in ${dtype} has its frozen numbers and bits, by reference and by device`, ({
    device,
  }) => {
    const call = lower(law, dtype, GOLDENS.key);
    assert.is(call.kernel, kernel);
    assert.equal(call.args, args);
    const fills: readonly (readonly [string, Fill])[] = [
      ['reference', fillReference],
      ['device', (...slice) => device.fill(...slice)],
    ];
    for (const [who, fill] of fills) {
      for (const [offset, expected] of Object.entries(elements)) {
        const count = expected.split(' ').length;
        assert.is(
          hexElements(filled(fill, call, Number(offset), count), byteSize(dtype)),
          expected,
          `${who} at ${offset}`,
        );
      }
      const long = filled(fill, call, GOLDENS.long.offset, GOLDENS.long.count);
      assert.is(createHash('sha256').update(long).digest('hex'), sha256, who);
    }
  });
}

test.run();
