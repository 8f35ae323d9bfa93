import { FLOAT_DTYPES } from '../../ir/dtype.js';
import type { ElementLaw } from '../../ir/law.js';
import { STREAM_ROUNDS, type Words } from '../../rng/threefry.js';
import type { KernelCall } from '../kernel-call.js';
import { lower } from '../lower.js';

/** The key of {@link EXTREME_CALLS}, and under which {@link blockOf} looks. */
export const BIT_KEY: Words = [0x9e3779b9, 0x7f4a7c15];

/** One law for each kernel and for each corner of its arithmetic. */
const LAWS: readonly ElementLaw[] = [
  { kind: 'uniform', low: -0.05, high: 0.05 },
  { kind: 'uniform', low: 0, high: 1 },
  { kind: 'uniform', low: -7, high: 1e-3 },
  { kind: 'normal', mean: 0, std: 0.02 },
  { kind: 'normal', mean: -0.3, std: 1 },
  { kind: 'normal', mean: 0, std: 1e-4 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 },
  { kind: 'truncated-normal', mean: 0, std: 0.5, low: -9, high: -3.12 },
  { kind: 'truncated-normal', mean: 0.7, std: 0.25, low: 0, high: 1 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: 3, high: 3.015 },
  { kind: 'truncated-normal', mean: 0, std: 3, low: -0.01, high: 0.01 },
];

/** Every law in every dtype. */
export function callsOf(key: Words): readonly KernelCall[] {
  return FLOAT_DTYPES.flatMap((dtype) => LAWS.map((law) => lower(law, dtype, key)));
}

/** Laws of which some values are subnormal in the dtype, or near its largest. */
export const EXTREME_CALLS: readonly KernelCall[] = [
  lower({ kind: 'normal', mean: 0, std: 2e-38 }, 'float32', BIT_KEY),
  lower({ kind: 'normal', mean: 0, std: 1e-44 }, 'float32', BIT_KEY),
  lower({ kind: 'normal', mean: 1e-40, std: 3e-41 }, 'float32', BIT_KEY),
  lower({ kind: 'uniform', low: -1e-43, high: 3e-43 }, 'float32', BIT_KEY),
  lower({ kind: 'truncated-normal', mean: 0, std: 4e-39, low: -5e-39, high: 1 }, 'float32', BIT_KEY),
  lower({ kind: 'normal', mean: 0, std: 5e37 }, 'float32', BIT_KEY),
  lower({ kind: 'uniform', low: -3.4e38, high: 3.4e38 }, 'float32', BIT_KEY),
  lower({ kind: 'normal', mean: 0, std: 3e-5 }, 'float16', BIT_KEY),
  lower({ kind: 'normal', mean: 5e-8, std: 1e-7 }, 'float16', BIT_KEY),
  lower({ kind: 'normal', mean: 1000, std: 10_000 }, 'float16', BIT_KEY),
  lower({ kind: 'uniform', low: -65_504, high: 65_504 }, 'float16', BIT_KEY),
  lower({ kind: 'normal', mean: 0, std: 1e-38 }, 'bfloat16', BIT_KEY),
  lower({ kind: 'normal', mean: 1e38, std: 3e37 }, 'bfloat16', BIT_KEY),
];

/** The rounds of Threefry-2x32 undone, one by one. */
function decipher(key: Words, words: Words): Words {
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ 0x1bd11bda];
  const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
  let [x0, x1] = words;
  for (let round = STREAM_ROUNDS - 1; round >= 0; round -= 1) {
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 -= schedule[injection % 3] ?? 0;
      x1 -= (schedule[(injection + 1) % 3] ?? 0) + injection;
    }
    const distance = rotations[round % 8] ?? 0;
    const mixed = x1 ^ x0;
    x1 = (mixed >>> distance) | (mixed << (32 - distance));
    x0 = (x0 - x1) | 0;
  }
  return [(x0 - key[0]) >>> 0, (x1 - key[1]) >>> 0];
}

/** A block whose first word is `word`, and whose elements an index can name. */
export function blockOf(word: number): number {
  for (let other = 0; ; other += 1) {
    const [low, high] = decipher(BIT_KEY, [word, other]);
    if (high < 2 ** 19) return high * 2 ** 32 + low;
  }
}

const POWERS = Array.from({ length: 32 }, (_, bit) => 2 ** bit);
/** Zero, all ones, and every power of two with its neighbour. */
export const EXTREME_WORDS: readonly number[] = [
  ...new Set([0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, ...POWERS, ...POWERS.map((word) => word - 1)]),
];
