/** What is drawn: the law's words are those of Incipit's plan, and the Python side reads them too. */
export type BenchLaw =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly std: number }
  | {
      readonly kind: 'truncated-normal';
      readonly mean: number;
      readonly std: number;
      readonly low: number;
      readonly high: number;
    };

export interface BenchCase {
  /** Stable word, for the JSON. */
  readonly name: string;
  readonly title: string;
  readonly law: BenchLaw;
  /** Ratios aimed at, ours to the peer's, one core each. */
  readonly aims: Readonly<Partial<Record<PeerName, number>>>;
}

export type PeerName = 'torch' | 'numpy' | 'tfjs';

export const PEERS: readonly PeerName[] = ['torch', 'numpy', 'tfjs'];

/** 16.7 million: larger than any cache, as the weights of a large layer are. */
export const SIZE: number = 2 ** 24;

export const CASES: readonly BenchCase[] = [
  {
    name: 'uniform',
    title: 'uniform [-0.05, 0.05)',
    law: { kind: 'uniform', low: -0.05, high: 0.05 },
    aims: { torch: 1.1 },
  },
  {
    name: 'normal',
    title: 'normal, mean 0, std 0.02',
    law: { kind: 'normal', mean: 0, std: 0.02 },
    aims: { torch: 0.9, numpy: 3, tfjs: 8 },
  },
  {
    name: 'truncated-normal-std-1',
    title: 'truncated normal, std 1, cut at ±2 (2σ)',
    law: { kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 },
    aims: { torch: 10, tfjs: 6 },
  },
  {
    name: 'truncated-normal-std-0.02',
    title: "truncated normal, std 0.02, cut at ±2 (100σ, torch's and mmengine's default)",
    law: { kind: 'truncated-normal', mean: 0, std: 0.02, low: -2, high: 2 },
    aims: {},
  },
  {
    name: 'truncated-normal-std-0.02-2-sigma',
    title: 'truncated normal, std 0.02, cut at ±0.04 (2σ)',
    law: { kind: 'truncated-normal', mean: 0, std: 0.02, low: -0.04, high: 0.04 },
    aims: {},
  },
  { name: 'constant', title: 'constant 1', law: { kind: 'constant', value: 1 }, aims: {} },
];
