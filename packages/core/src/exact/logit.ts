import { fromScaled, toDyadic } from './binary64.js';
import { lnOfRatio } from './fixed-point.js';

const BITS = 256;

/**
 * `ln(p / (1 - p))`, also written `-ln((1 - p) / p)`, rounded once to float64.
 *
 * @param probability in (0, 1); anything else gives NaN.
 * @example logit(0.01) // -4.59511985013459
 */
export function logit(probability: number): number {
  if (!(probability > 0 && probability < 1)) return Number.NaN;
  const { mantissa, exponent } = toDyadic(probability);
  const one = 1n << BigInt(-exponent);
  return fromScaled(lnOfRatio(mantissa, one - mantissa, BITS), BITS);
}
