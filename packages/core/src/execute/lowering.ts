import type { FloatDType } from '../ir/dtype.js';
import type { ElementLaw } from '../ir/law.js';
import { isSameLaw } from '../ir/same-law.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import { lower } from '../kernels/lower.js';
import { keyFromHex } from '../rng/key.js';

/** Lowers the laws of one run: the parameters of a model have few different ones, and some take long. */
export class Lowering {
  /** The last law of each kind. */
  readonly #last = new Map<ElementLaw['kind'], { readonly law: ElementLaw; readonly call: KernelCall }>();

  /** As `lower` in `kernels`. */
  lower(law: ElementLaw, dtype: FloatDType, key: string): KernelCall {
    const last = this.#last.get(law.kind);
    if (last !== undefined && last.call.dtype === dtype && isSameLaw(law, last.law)) {
      const [low, high] = keyFromHex(key);
      return { kernel: last.call.kernel, dtype, key: [low, high], args: last.call.args };
    }
    const call = lower(law, dtype, key);
    // A copy: plans that were read from a file are not frozen.
    this.#last.set(law.kind, { law: { ...law }, call });
    return call;
  }
}
