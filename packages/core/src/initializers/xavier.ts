import type { OptionsSchema } from '@incipit/registry';
import type { ParameterSpec } from '../ir/parameter.js';
import { BASE_INIT_OPTIONS, BaseInit, type BaseInitOptions } from './base-init.js';
import { computeFans } from './fan.js';
import type { Assignment, Fans, InitializerContext } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';
import { lawOfStd } from './variance-scaling.js';

export interface XavierInitOptions extends BaseInitOptions {
  /** Multiplies the standard deviation; at least 0. Default 1. */
  readonly gain?: number;
  /** Default `normal`, not truncated. */
  readonly distribution?: 'normal' | 'uniform';
}

/**
 * Weights with variance `gain² · 2 / (fan_in + fan_out)` (Glorot and Bengio, 2010).
 *
 * @example { type: 'Xavier', layer: 'Linear', distribution: 'uniform' }
 */
@WEIGHT_INITIALIZERS.register('Xavier')
export class XavierInit extends BaseInit {
  static override readonly className: string = 'XavierInit';
  static override readonly options: OptionsSchema = {
    gain: { type: 'number', minimum: 0, default: 1, description: 'Multiplies the standard deviation.' },
    distribution: { type: 'enum', values: ['normal', 'uniform'], default: 'normal', description: 'Not truncated.' },
    ...BASE_INIT_OPTIONS,
  };

  readonly type = 'Xavier';
  readonly gain: number;
  readonly distribution: 'normal' | 'uniform';

  constructor(options: XavierInitOptions = {}) {
    super(options);
    this.gain = options.gain ?? 1;
    this.distribution = options.distribution ?? 'normal';
  }

  weightLaw(parameter: ParameterSpec, context: InitializerContext): Assignment {
    const fans = computeFans(parameter, context.fanMode);
    return { law: lawOfStd(xavierStd(fans, this.gain), this.distribution), fans, gain: this.gain };
  }
}

/** `gain · √(2 / (fan_in + fan_out))`. */
export function xavierStd(fans: Fans, gain: number): number {
  return gain * Math.sqrt(2 / (fans.fanIn + fans.fanOut));
}
