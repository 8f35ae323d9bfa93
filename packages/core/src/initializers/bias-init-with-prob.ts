import { ConfigError } from '@incipit/registry';
import { logit } from '../exact/logit.js';

/**
 * Bias that gives probability `prior` behind a sigmoid: `-ln((1 - prior) / prior)`, exact to the last bit of float64.
 *
 * @param prior in (0, 1).
 * @throws ConfigError `bad-probability`.
 * @example biasInitWithProb(0.01) // -4.59511985013459
 */
export function biasInitWithProb(prior: number): number {
  const value = typeof prior === 'number' ? logit(prior) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new ConfigError({
    code: 'bad-probability',
    what: `prior probability ${String(prior)} is not between 0 and 1`,
    expected: 'a number above 0 and below 1',
  });
}
