import type { FloatDType } from '../ir/dtype.js';

/** One element law, lowered to a kernel and its numbers. Any slice of it can be filled on its own. */
export interface KernelCall {
  /** Packed function, for instance `incipit.normal`, or a kernel that the user registered. */
  readonly kernel: string;
  readonly dtype: FloatDType;
  /** Threefry key: low word, high word (unsigned 32-bit). */
  readonly key: readonly [number, number];
  /** The kernel's own numbers, unsigned or signed 32-bit or float32, in the order that the kernel table documents. */
  readonly args: readonly number[];
}
