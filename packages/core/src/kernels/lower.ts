import { powerOfTwo } from '../exact/binary64.js';
import { standardize } from '../exact/fixed-point.js';
import { inwardBounds, largestFinite, toBits } from '../exact/float-rounding.js';
import { normalCdf } from '../exact/normal-distribution.js';
import type { FloatDType } from '../ir/dtype.js';
import type { ElementLaw, NormalLaw, TruncatedNormalLaw, UniformLaw } from '../ir/law.js';
import { LARGEST_DEVIATION, roundLaw } from '../ir/round-law.js';
import { keyFromHex } from '../rng/key.js';
import { LARGEST_QUANTILE } from '../rng/quantile.js';
import type { Words } from '../rng/threefry.js';
import { affineGrid, finestStep } from './grid.js';
import type { KernelCall } from './kernel-call.js';
import { KERNELS } from './kernel-table.js';
import { bendOf } from './narrow-interval.js';

interface Lowered {
  readonly kernel: string;
  readonly args: readonly number[];
}

/** Fixed-point bits of standardized bounds: a narrow interval's bend needs most of them. */
const BITS = 256;

/** Fixed-point bits of a probability, of which 64 are used. */
const PROBABILITY_BITS = 128;

/** Narrower than this many σ, 2^-6, one cubic over the interval is finer than the table. */
const NARROW = 1n << BigInt(BITS - 6);

/**
 * Lowers a law to the kernel and the numbers that carry it out, all computed in exact arithmetic.
 *
 * The law is rounded first ({@link roundLaw}), which changes nothing in a law of a plan.
 *
 * @param key 16 hexadecimal digits, or two words, low first.
 * @throws PlanError as {@link roundLaw} does, and `bad-key`.
 * @example lower({ kind: 'normal', mean: 0, std: 1 }, 'float32', deriveKey(42, 'fc.weight')).kernel // 'incipit.normal'
 */
export function lower(law: ElementLaw, dtype: FloatDType, key: string | Words): KernelCall {
  const words = typeof key === 'string' ? keyFromHex(key) : key;
  const { kernel, args } = lowerRounded(roundLaw(law, dtype), dtype);
  return { kernel, dtype, key: [words[0], words[1]], args };
}

function lowerRounded(law: ElementLaw, dtype: FloatDType): Lowered {
  switch (law.kind) {
    case 'constant':
      return { kernel: KERNELS.constant.name, args: [toBits(law.value, dtype)] };
    case 'uniform':
      return lowerUniform(law, dtype);
    case 'normal':
      return lowerNormal(law, [-largestFinite(dtype), largestFinite(dtype)]);
    case 'truncated-normal':
      return lowerTruncated(law, dtype);
    default:
      return law satisfies never;
  }
}

type Bounds = readonly [number, number];

function lowerUniform(law: UniformLaw, dtype: FloatDType): Lowered {
  const exponent = finestStep(Math.max(Math.abs(law.low), Math.abs(law.high)));
  const scale = powerOfTwo(-exponent);
  const start = Math.ceil(law.low * scale);
  const count = Math.floor(law.high * scale) - start;
  const inside = inwardBounds(law.low, law.high, dtype, true) ?? { low: law.low, high: law.low };
  return { kernel: KERNELS.uniform.name, args: [count, start, powerOfTwo(exponent), inside.low, inside.high] };
}

/** 2^-98: below it, std · 2^-28 would be subnormal. */
const SMALLEST_SCALED_STD = powerOfTwo(-98);

/** With mean 0, z is converted to float32 and multiplied once; that needs a normal factor. */
function scalesAlone(law: NormalLaw | TruncatedNormalLaw): boolean {
  return law.mean === 0 && law.std >= SMALLEST_SCALED_STD;
}

function lowerNormal(law: NormalLaw | TruncatedNormalLaw, clamp: Bounds): Lowered {
  if (scalesAlone(law)) return { kernel: KERNELS.normal.name, args: [law.std * powerOfTwo(-28), ...clamp] };
  return { kernel: KERNELS.normalGrid.name, args: [...affineGrid(law.mean, law.std, LARGEST_QUANTILE), ...clamp] };
}

function lowerTruncated(law: TruncatedNormalLaw, dtype: FloatDType): Lowered {
  const inside = inwardBounds(law.low, law.high, dtype) ?? { low: law.low, high: law.low };
  const clamp: Bounds = [inside.low, inside.high];
  const alpha = standardize(law.low, law.mean, law.std, BITS);
  const beta = standardize(law.high, law.mean, law.std, BITS);
  const reach = standardize(LARGEST_DEVIATION, 0, 1, BITS);
  // Nothing to cut: the clamp then only undoes what rounding moves over a bound.
  if (alpha <= -reach && beta >= reach) return lowerNormal(law, clamp);
  if (beta - alpha <= NARROW) return lowerNarrow(law, bendOf(alpha, beta, BITS), clamp);
  const probability = probabilityArguments(alpha, beta);
  if (scalesAlone(law)) {
    return { kernel: KERNELS.truncatedNormal.name, args: [...probability, law.std * powerOfTwo(-28), ...clamp] };
  }
  const grid = affineGrid(law.mean, law.std, largestMagnitude(alpha, beta));
  return { kernel: KERNELS.truncatedNormalGrid.name, args: [...probability, ...grid, ...clamp] };
}

/** P / 2^64 = Φ(α) + (Φ(β) - Φ(α)) (w + 1/2) / 2^32: the words of P at w = 0, and of the width. */
function probabilityArguments(alpha: bigint, beta: bigint): number[] {
  const probability = (x: bigint): bigint => normalCdf(x >> BigInt(BITS - PROBABILITY_BITS), PROBABILITY_BITS);
  const atAlpha = probability(alpha);
  const width = (probability(beta) - atAlpha) >> BigInt(PROBABILITY_BITS - 64);
  const start = (atAlpha >> BigInt(PROBABILITY_BITS - 64)) + (width >> 33n);
  return [start >> 32n, start & 0xffffffffn, width >> 32n, width & 0xffffffffn].map(Number);
}

/** Bound of |z| in units of 2^-28, with room for the error of the quantile. */
function largestMagnitude(alpha: bigint, beta: bigint): number {
  const farther = -alpha > beta ? -alpha : beta;
  const units = Number((farther >> BigInt(BITS - 28)) + 1024n);
  return Math.min(units, 2 ** 31 - 1);
}

function lowerNarrow(law: TruncatedNormalLaw, bend: Bounds, clamp: Bounds): Lowered {
  const exponent = finestStep(Math.max(Math.abs(law.low), Math.abs(law.high)));
  const scale = powerOfTwo(-exponent);
  const start = Math.ceil(law.low * scale);
  const count = Math.floor(law.high * scale) - start + 1;
  return { kernel: KERNELS.truncatedNormalNarrow.name, args: [...bend, count, start, powerOfTwo(exponent), ...clamp] };
}
