import { ConfigError } from '@incipit/registry';

/** What follows a layer, by torch's names. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu';

const UNIT_GAIN: readonly Nonlinearity[] = [
  'linear',
  'conv1d',
  'conv2d',
  'conv3d',
  'conv_transpose1d',
  'conv_transpose2d',
  'conv_transpose3d',
  'sigmoid',
];

/** Names that {@link calculateGain} knows: torch's. */
export const NONLINEARITIES: readonly Nonlinearity[] = [...UNIT_GAIN, 'tanh', 'relu', 'leaky_relu', 'selu'];

/** Slope of `leaky_relu` where none is given, as in torch. */
const DEFAULT_SLOPE = 0.01;

/**
 * Factor on the standard deviation that a nonlinearity calls for: torch's `calculate_gain`.
 *
 * @param param negative slope; used by `leaky_relu` only.
 * @throws ConfigError `unknown-nonlinearity`, `bad-slope`.
 * @example calculateGain('leaky_relu', 0.2) // 1.3867504905630728
 */
export function calculateGain(nonlinearity: string, param?: number | null): number {
  if (UNIT_GAIN.some((known) => known === nonlinearity)) return 1;
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.sqrt(2);
    case 'leaky_relu':
      return leakyGain(param ?? DEFAULT_SLOPE);
    case 'selu':
      return 3 / 4;
    default:
      throw new ConfigError({
        code: 'unknown-nonlinearity',
        what: `Unsupported nonlinearity ${JSON.stringify(nonlinearity)}`,
        expected: `one of ${NONLINEARITIES.join(', ')}`,
      });
  }
}

/** Variance is kept when the slope passes that share of it: He et al. (2015), eq. 15. */
function leakyGain(slope: number): number {
  if (typeof slope !== 'number' || !Number.isFinite(slope)) {
    throw new ConfigError({
      code: 'bad-slope',
      what: `negative slope ${typeof slope === 'number' ? slope : JSON.stringify(slope)} is not a valid number`,
      expected: 'a finite number',
    });
  }
  return Math.sqrt(2 / (1 + slope * slope));
}
