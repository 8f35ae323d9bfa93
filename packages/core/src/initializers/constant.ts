import type { OptionsSchema } from '@incipit/registry';
import { BASE_INIT_OPTIONS, BaseInit, type BaseInitOptions } from './base-init.js';
import type { Assignment } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';

export interface ConstantInitOptions extends BaseInitOptions {
  /** Every element of the weight. */
  readonly val: number;
}

/**
 * Weights all equal to `val`.
 *
 * @example { type: 'Constant', layer: '_BatchNorm', val: 1 }
 */
@WEIGHT_INITIALIZERS.register('Constant')
export class ConstantInit extends BaseInit {
  static override readonly className: string = 'ConstantInit';
  static override readonly options: OptionsSchema = {
    val: { type: 'number', required: true, description: 'Every element of the weight.' },
    ...BASE_INIT_OPTIONS,
  };

  readonly type = 'Constant';
  readonly val: number;

  constructor(options: ConstantInitOptions) {
    super(options);
    this.val = options.val;
  }

  weightLaw(): Assignment {
    return { law: { kind: 'constant', value: this.val } };
  }
}
