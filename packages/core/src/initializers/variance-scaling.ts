import { ConfigError } from '@incipit/registry';
import type { NormalLaw, TruncatedNormalLaw, UniformLaw } from '../ir/law.js';
import type { Fans } from './initializer.js';

/** Which fan divides the variance; `fan_geo` is not here because no framework we follow has it. */
export type FanChoice = 'fan_in' | 'fan_out' | 'fan_avg';

/** How values spread around 0 at a given standard deviation. */
export type Spread = 'normal' | 'truncated-normal' | 'uniform';

/**
 * Standard deviation of a standard normal cut at ±2: `scipy.stats.truncnorm.std(-2, 2)`.
 * Keras and JAX divide by it, so that what is left after the cut has the variance that was asked for.
 */
export const TRUNCATED_STD = 0.87962566103423978;

/** Where Keras and JAX cut, in standard deviations of the uncut normal. */
const CUT = 2;

/**
 * The one primitive: the law with mean 0 and this standard deviation.
 *
 * - `normal`: as it is.
 * - `uniform`: on `[-√3·std, √3·std)`.
 * - `truncated-normal`: cut at ±2 of an uncut normal widened by 1 / {@link TRUNCATED_STD}, so that `std` is what is left.
 */
export function lawOfStd(std: number, spread: Spread): NormalLaw | UniformLaw | TruncatedNormalLaw {
  switch (spread) {
    case 'normal':
      return { kind: 'normal', mean: 0, std };
    case 'uniform': {
      const bound = Math.sqrt(3) * std;
      return { kind: 'uniform', low: -bound, high: bound };
    }
    case 'truncated-normal': {
      const uncut = std / TRUNCATED_STD;
      return { kind: 'truncated-normal', mean: 0, std: uncut, low: -CUT * uncut, high: CUT * uncut };
    }
    default:
      throw unknown('distribution', spread satisfies never, 'normal, truncated-normal, uniform');
  }
}

/** The fan that a mode names. */
export function chooseFan(fans: Fans, choice: FanChoice): number {
  switch (choice) {
    case 'fan_in':
      return fans.fanIn;
    case 'fan_out':
      return fans.fanOut;
    case 'fan_avg':
      return (fans.fanIn + fans.fanOut) / 2;
    default:
      throw unknown('mode', choice satisfies never, 'fan_in, fan_out, fan_avg');
  }
}

/** Keras's `VarianceScaling`: variance `scale / max(1, fan)`. */
export interface VarianceScaling {
  /** Multiplies the variance. */
  readonly scale: number;
  readonly mode: FanChoice;
  readonly distribution: Spread;
}

/**
 * Keras's and JAX's variance scaling.
 *
 * @throws ConfigError for a scale that is not positive, an unknown mode or distribution.
 * @example varianceScalingLaw({ scale: 2, mode: 'fan_in', distribution: 'truncated-normal' }, fans) // he_normal
 */
export function varianceScalingLaw(scaling: VarianceScaling, fans: Fans): NormalLaw | UniformLaw | TruncatedNormalLaw {
  if (!(scaling.scale > 0) || !Number.isFinite(scaling.scale)) {
    throw new ConfigError({
      code: 'bad-scale',
      what: `variance scaling has scale ${String(scaling.scale)}`,
      expected: 'a finite number above 0',
    });
  }
  const fan = Math.max(1, chooseFan(fans, scaling.mode));
  return lawOfStd(Math.sqrt(scaling.scale / fan), scaling.distribution);
}

/** Keras's names for variance scaling. Its `normal` ones are truncated. */
export const VARIANCE_SCALING_PRESETS: Readonly<Record<string, VarianceScaling>> = Object.freeze({
  glorotNormal: { scale: 1, mode: 'fan_avg', distribution: 'truncated-normal' },
  glorotUniform: { scale: 1, mode: 'fan_avg', distribution: 'uniform' },
  heNormal: { scale: 2, mode: 'fan_in', distribution: 'truncated-normal' },
  heUniform: { scale: 2, mode: 'fan_in', distribution: 'uniform' },
  leCunNormal: { scale: 1, mode: 'fan_in', distribution: 'truncated-normal' },
  leCunUniform: { scale: 1, mode: 'fan_in', distribution: 'uniform' },
});

function unknown(option: string, got: unknown, known: string): ConfigError {
  return new ConfigError({
    code: `unknown-${option}`,
    what: `unknown ${option} ${JSON.stringify(got)}`,
    expected: `one of ${known}`,
  });
}
