import type { OptionsSchema } from '@incipit/registry';
import { BASE_INIT_OPTIONS, BaseInit, type BaseInitOptions } from './base-init.js';
import type { Assignment } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';

export interface NormalInitOptions extends BaseInitOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation, at least 0. Default 1. */
  readonly std?: number;
}

/**
 * Weights from the normal distribution.
 *
 * @example { type: 'Normal', layer: 'Linear', std: 0.01, bias_prob: 0.01 }
 */
@WEIGHT_INITIALIZERS.register('Normal')
export class NormalInit extends BaseInit {
  static override readonly className: string = 'NormalInit';
  static override readonly options: OptionsSchema = {
    mean: { type: 'number', default: 0, description: 'Mean.' },
    std: { type: 'number', minimum: 0, default: 1, description: 'Standard deviation.' },
    ...BASE_INIT_OPTIONS,
  };

  readonly type = 'Normal';
  readonly mean: number;
  readonly std: number;

  constructor(options: NormalInitOptions = {}) {
    super(options);
    this.mean = options.mean ?? 0;
    this.std = options.std ?? 1;
  }

  weightLaw(): Assignment {
    return { law: { kind: 'normal', mean: this.mean, std: this.std } };
  }
}
