import { PlanError } from '../errors.js';
import { fromScaled, leadingExponent } from '../exact/binary64.js';
import { integerSqrt, standardize, toFixed } from '../exact/fixed-point.js';
import { normalCdf, normalDensity } from '../exact/normal-distribution.js';
import type { ElementLaw, IdentityLaw, Law, OrthogonalLaw, SegmentsLaw, TruncatedNormalLaw } from './law.js';
import { elementCount } from './shape.js';

/** Mean and standard deviation of one element. */
export interface Moments {
  readonly mean: number;
  readonly std: number;
}

/** √12, by which a uniform interval is wider than its standard deviation. */
const ROOT_OF_TWELVE = 3.4641016151377544;

/**
 * The true mean and standard deviation of a law's elements, before any rounding to a dtype.
 *
 * A truncated normal's are exact to 1e-12 relative, its narrow intervals and its tails included.
 *
 * @returns undefined for a copy, a host function and a kernel of the user's, of which nothing is known.
 * @example lawMoments({ kind: 'truncated-normal', mean: 5, std: 1, low: -2, high: 2 }).mean // 1.716901348723888
 */
export function lawMoments(law: ElementLaw): Moments;
export function lawMoments(law: Law): Moments | undefined;
export function lawMoments(law: Law): Moments | undefined {
  switch (law.kind) {
    case 'constant':
      return { mean: law.value, std: 0 };
    case 'uniform':
      return { mean: law.low / 2 + law.high / 2, std: (law.high - law.low) / ROOT_OF_TWELVE };
    case 'normal':
      return { mean: law.mean, std: law.std };
    case 'truncated-normal':
      return truncatedMoments(law);
    case 'orthogonal':
      return { mean: 0, std: orthogonalStd(law) };
    case 'identity':
      return identityMoments(law);
    case 'segments':
      return mixtureMoments(law);
    case 'copy':
    case 'host':
    case 'kernel':
      return undefined;
    default:
      return law satisfies never;
  }
}

/** The squares of the elements add up to gain² · min(rows, columns). */
function orthogonalStd({ gain, rows, columns, place }: OrthogonalLaw): number {
  const elements = place === undefined ? rows * columns : elementCount(place.shape);
  return Math.abs(gain) * Math.sqrt(Math.min(rows, columns) / elements);
}

function identityMoments({ gain, rows, columns }: IdentityLaw): Moments {
  const share = 1 / Math.max(rows, columns);
  return { mean: gain * share, std: Math.abs(gain) * Math.sqrt(share * (1 - share)) };
}

function mixtureMoments({ segments }: SegmentsLaw): Moments {
  const total = segments.reduce((sum, { length }) => sum + length, 0);
  const parts = segments.map(({ length, law }) => ({ share: length / total, ...lawMoments(law) }));
  const mean = parts.reduce((sum, part) => sum + part.share * part.mean, 0);
  const variance = parts.reduce((sum, part) => sum + part.share * (part.std ** 2 + (part.mean - mean) ** 2), 0);
  return { mean, std: Math.sqrt(variance) };
}

/**
 * With α, β the standardized bounds and Z = Φ(β) - Φ(α): the mean is μ + σ m, m = (φ(α) - φ(β)) / Z, and the variance
 * σ² (1 + (αφ(α) - βφ(β)) / Z - m²) (Johnson, Kotz and Balakrishnan, 1994, section 10.1).
 */
function truncatedMoments(law: TruncatedNormalLaw): Moments {
  if (law.std === 0 || law.low === law.high) {
    return { mean: Math.min(Math.max(law.mean, law.low), law.high), std: 0 };
  }
  const bits = workingBits(law);
  const { alpha, beta } = standardizedBounds(law, bits);
  const scale = BigInt(bits);
  const mass = normalCdf(beta, bits) - normalCdf(alpha, bits);
  // Farther out than any plan allows: all the mass is at the bound nearest the mean.
  if (mass <= 0n) return { mean: alpha > 0n ? law.low : law.high, std: 0 };
  const atAlpha = normalDensity(alpha, bits);
  const atBeta = normalDensity(beta, bits);
  const m = ((atAlpha - atBeta) << scale) / mass;
  const bend = (alpha * atAlpha - beta * atBeta) / mass;
  const variance = (1n << scale) + bend - ((m * m) >> scale);
  const std = toFixed(law.std, bits + 1074);
  const shift = toFixed(law.mean, 2 * bits + 1074) + m * std;
  const root = integerSqrt((variance < 0n ? 0n : variance) << scale);
  return { mean: fromScaled(shift, 2 * bits + 1074), std: fromScaled(root * std, 2 * bits + 1074) };
}

/** Beyond this many σ a tail weighs nothing beside any interval that a plan allows. */
const FAR = 64;

function standardizedBounds(law: TruncatedNormalLaw, bits: number): { alpha: bigint; beta: bigint } {
  const far = BigInt(FAR) << BigInt(bits);
  const clamp = (x: bigint): bigint => (x > far ? far : x < -far ? -far : x);
  return {
    alpha: clamp(standardize(law.low, law.mean, law.std, bits)),
    beta: clamp(standardize(law.high, law.mean, law.std, bits)),
  };
}

/** Room for what cancels: six times the bits of a narrow width, and the thinness of a far tail. */
function workingBits(law: TruncatedNormalLaw): number {
  const width = Math.max(leadingExponent(law.std) - leadingExponent(law.high - law.low) + 1, 0);
  const nearest = Math.max(law.low - law.mean, law.mean - law.high, 0) / law.std;
  const tail = Math.min(nearest, FAR);
  return 256 + 6 * width + Math.ceil(tail * tail * 0.75);
}

/**
 * The interval of `erfinv`'s argument from which PyTorch's and mmengine's `trunc_normal_` draws: 2Φ(α) - 1 and
 * 2Φ(β) - 1 of the standardized bounds.
 *
 * @throws PlanError `bad-law` unless all four numbers are finite and `std` is above 0.
 */
export function truncNormalUniformBounds(law: Omit<TruncatedNormalLaw, 'kind'>): {
  readonly low: number;
  readonly high: number;
} {
  for (const [name, value] of Object.entries({ mean: law.mean, low: law.low, high: law.high, std: law.std })) {
    if (Number.isFinite(value) && (name !== 'std' || value > 0)) continue;
    throw new PlanError({ code: 'bad-law', what: `${name} is ${value}`, expected: 'finite numbers, std above 0' });
  }
  const bits = 256;
  const { alpha, beta } = standardizedBounds({ kind: 'truncated-normal', ...law }, bits);
  const one = 1n << BigInt(bits);
  return {
    low: fromScaled(2n * normalCdf(alpha, bits) - one, bits),
    high: fromScaled(2n * normalCdf(beta, bits) - one, bits),
  };
}
