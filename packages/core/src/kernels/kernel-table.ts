import type { KernelCall } from './kernel-call.js';

/** One argument of a kernel: 32-bit unsigned, 32-bit signed, or a float32 number. */
export interface KernelArgument {
  readonly name: string;
  readonly type: 'u32' | 'i32' | 'f32';
  readonly meaning: string;
}

/** What a kernel computes; `docs/exact-1.md` defines every step. */
export interface KernelEntry {
  /** Packed function in the wasm. */
  readonly name: string;
  readonly summary: string;
  readonly args: readonly KernelArgument[];
}

const CLAMP: readonly KernelArgument[] = [
  { name: 'low', type: 'f32', meaning: 'smallest value that the stored dtype may hold' },
  { name: 'high', type: 'f32', meaning: 'largest value that the stored dtype may hold' },
];
const PROBABILITY: readonly KernelArgument[] = [
  { name: 'startHigh', type: 'u32', meaning: 'high word of P at w = 0' },
  { name: 'startLow', type: 'u32', meaning: 'low word of P at w = 0' },
  { name: 'widthHigh', type: 'u32', meaning: 'high word of the interval of P' },
  { name: 'widthLow', type: 'u32', meaning: 'low word of the interval of P' },
];
const SCALE: readonly KernelArgument[] = [{ name: 'scale', type: 'f32', meaning: 'std · 2^-28' }];
const GRID: readonly KernelArgument[] = [
  { name: 'slope', type: 'u32', meaning: 'std · 2^3 in grid steps' },
  { name: 'mean', type: 'i32', meaning: 'mean in grid steps' },
  { name: 'step', type: 'f32', meaning: 'grid step, a power of two' },
];

/** The kernels of `exact-1`. */
export type KernelName =
  | 'constant'
  | 'uniform'
  | 'normal'
  | 'normalGrid'
  | 'truncatedNormal'
  | 'truncatedNormalGrid'
  | 'truncatedNormalNarrow';

/** Every kernel of `exact-1`. The order of `args` is the order of {@link KernelCall.args}. */
export const KERNELS: Readonly<Record<KernelName, KernelEntry>> = {
  constant: {
    name: 'incipit.constant',
    summary: 'every element is the same bit pattern',
    args: [{ name: 'bits', type: 'u32', meaning: 'bit pattern of the value in the dtype' }],
  },
  uniform: {
    name: 'incipit.uniform',
    summary: 'start + ⌊w · count / 2^32⌋ on a grid, rounded down to 24 bits',
    args: [
      { name: 'count', type: 'u32', meaning: 'grid steps in the interval' },
      { name: 'start', type: 'i32', meaning: 'first grid step' },
      { name: 'step', type: 'f32', meaning: 'grid step, a power of two' },
      ...CLAMP,
    ],
  },
  normal: {
    name: 'incipit.normal',
    summary: 'quantile, mean 0: float32(z) · scale',
    args: [...SCALE, ...CLAMP],
  },
  normalGrid: {
    name: 'incipit.normal_grid',
    summary: 'quantile scaled and moved in integers on a grid',
    args: [...GRID, ...CLAMP],
  },
  truncatedNormal: {
    name: 'incipit.truncated_normal',
    summary: 'quantile of a 64-bit probability, mean 0: float32(z) · scale',
    args: [...PROBABILITY, ...SCALE, ...CLAMP],
  },
  truncatedNormalGrid: {
    name: 'incipit.truncated_normal_grid',
    summary: 'quantile of a 64-bit probability, scaled and moved in integers on a grid',
    args: [...PROBABILITY, ...GRID, ...CLAMP],
  },
  truncatedNormalNarrow: {
    name: 'incipit.truncated_normal_narrow',
    summary: 'an interval narrower than σ/64: one cubic over the interval, on a grid',
    args: [
      { name: 'bend', type: 'i32', meaning: 'c0 · 2^32 of u + u (1 - u) (c0 + c1 u)' },
      { name: 'twist', type: 'i32', meaning: 'c1 · 2^33' },
      { name: 'count', type: 'u32', meaning: 'grid steps in the interval, both ends included' },
      { name: 'start', type: 'i32', meaning: 'first grid step' },
      { name: 'step', type: 'f32', meaning: 'grid step, a power of two' },
      ...CLAMP,
    ],
  },
};

/** The entry of a call's kernel; undefined for a kernel that is not of `exact-1`. */
export function kernelEntry(call: Pick<KernelCall, 'kernel'>): KernelEntry | undefined {
  return Object.values(KERNELS).find((entry) => entry.name === call.kernel);
}
