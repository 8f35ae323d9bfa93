import type { Law } from '@incipit/core';

/** What is drawn; the Python side reads the same words. */
export type BenchLaw = Extract<Law, { readonly kind: 'constant' | 'uniform' | 'normal' | 'truncated-normal' }>;

export interface LawCase {
  /** Stable word, for the JSON and for `--only`. */
  readonly name: string;
  readonly title: string;
  readonly law: BenchLaw;
}

export const LAW_CASES: readonly LawCase[] = [
  { name: 'constant', title: 'constant 1', law: { kind: 'constant', value: 1 } },
  { name: 'uniform', title: 'uniform [-0.05, 0.05)', law: { kind: 'uniform', low: -0.05, high: 0.05 } },
  { name: 'normal', title: 'normal, mean 0, std 0.02', law: { kind: 'normal', mean: 0, std: 0.02 } },
  { name: 'normal-mean', title: 'normal, mean 0.5, std 0.02', law: { kind: 'normal', mean: 0.5, std: 0.02 } },
  {
    name: 'truncated-normal',
    title: 'truncated normal, std 1, cut at ±2',
    law: { kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 },
  },
];
