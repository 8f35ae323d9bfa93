import type { OptionsSchema } from '@incipit/registry';
import type { ParameterSpec } from '../ir/parameter.js';
import { BASE_INIT_OPTIONS, BaseInit, type BaseInitOptions } from './base-init.js';
import type { Assignment, InitializerContext } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';
import { checkBounds } from './uniform.js';

export interface TruncNormalInitOptions extends BaseInitOptions {
  /** Mean before the cut. Default 0. */
  readonly mean?: number;
  /** Standard deviation before the cut, above 0. Default 1. */
  readonly std?: number;
  /** Absolute lower cut-off. Default -2. */
  readonly a?: number;
  /** Absolute upper cut-off. Default 2. */
  readonly b?: number;
}

/** Beyond so many standard deviations outside, the original warns. */
const FAR = 2;

/**
 * Weights from the normal distribution conditioned on `[a, b]`. The cut-offs are values, not multiples of `std`.
 *
 * @throws ConfigError `bad-bounds` unless `a < b`; `bad-value` unless `std > 0`.
 * @example { type: 'TruncNormal', layer: 'Linear', std: 0.02, a: -0.04, b: 0.04 }
 */
@WEIGHT_INITIALIZERS.register('TruncNormal')
export class TruncNormalInit extends BaseInit {
  static override readonly className: string = 'TruncNormalInit';
  static override readonly options: OptionsSchema = {
    mean: { type: 'number', default: 0, description: 'Mean before the cut.' },
    std: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Standard deviation before the cut.' },
    a: { type: 'number', default: -2, description: 'Absolute lower cut-off.' },
    b: { type: 'number', default: 2, description: 'Absolute upper cut-off.' },
    ...BASE_INIT_OPTIONS,
  };

  readonly type = 'TruncNormal';
  readonly mean: number;
  readonly std: number;
  readonly a: number;
  readonly b: number;

  constructor(options: TruncNormalInitOptions = {}) {
    super(options);
    this.mean = options.mean ?? 0;
    this.std = options.std ?? 1;
    this.a = options.a ?? -2;
    this.b = options.b ?? 2;
    checkBounds(this.a, this.b);
  }

  weightLaw(parameter: ParameterSpec, context: InitializerContext): Assignment {
    const { mean, std, a, b } = this;
    if (meanIsFar(mean, std, a, b)) {
      const message = `mean ${mean} lies more than ${FAR} std (${std}) outside [${a}, ${b}]: values crowd at one bound`;
      context.warn('trunc-mean-far', message, parameter.path);
    }
    return { law: { kind: 'truncated-normal', mean, std, low: a, high: b } };
  }
}

/** torch's condition for its warning. */
export function meanIsFar(mean: number, std: number, a: number, b: number): boolean {
  return mean < a - FAR * std || mean > b + FAR * std;
}
