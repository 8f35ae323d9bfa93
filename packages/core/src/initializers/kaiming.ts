import type { OptionsSchema } from '@incipit/registry';
import type { ParameterSpec } from '../ir/parameter.js';
import { BASE_INIT_OPTIONS, BaseInit, type BaseInitOptions } from './base-init.js';
import { computeFans } from './fan.js';
import { calculateGain, NONLINEARITIES, type Nonlinearity } from './gain.js';
import type { Assignment, InitializerContext } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';
import { chooseFan, lawOfStd } from './variance-scaling.js';

/** What decides the standard deviation of a Kaiming law. */
export interface KaimingSpec {
  /** Negative slope of the `leaky_relu` behind the layer. */
  readonly a: number;
  readonly mode: 'fan_in' | 'fan_out';
  /** One of {@link NONLINEARITIES}. */
  readonly nonlinearity: string;
  readonly distribution: 'normal' | 'uniform';
}

/** A fan by the name that torch has for it, in either case. */
export type FanName = 'fan_in' | 'fan_out' | 'FAN_IN' | 'FAN_OUT';

export interface KaimingInitOptions extends BaseInitOptions {
  /** Negative slope, used with `leaky_relu` only. Default 0. */
  readonly a?: number;
  /** Which fan keeps its variance, in upper or lower case. Default `fan_out`. */
  readonly mode?: FanName;
  /** Default `relu`. */
  readonly nonlinearity?: Nonlinearity;
  /** Default `normal`, not truncated. */
  readonly distribution?: 'normal' | 'uniform';
}

/**
 * Weights with variance `gain² / fan` (He et al., 2015).
 *
 * @throws ConfigError `bad-value` for an unknown mode, nonlinearity or distribution.
 * @example { type: 'Kaiming', layer: 'Conv2d', mode: 'fan_in', nonlinearity: 'leaky_relu', a: 0.1 }
 */
@WEIGHT_INITIALIZERS.register('Kaiming')
export class KaimingInit extends BaseInit implements KaimingSpec {
  static override readonly className: string = 'KaimingInit';
  static override readonly options: OptionsSchema = {
    a: { type: 'number', default: 0, description: 'Negative slope, used with leaky_relu only.' },
    mode: {
      type: 'enum',
      values: ['fan_in', 'fan_out'],
      ignoreCase: true,
      default: 'fan_out',
      description: 'Which fan keeps its variance.',
    },
    nonlinearity: { type: 'enum', values: NONLINEARITIES, default: 'relu', description: 'What follows the layer.' },
    distribution: { type: 'enum', values: ['normal', 'uniform'], default: 'normal', description: 'Not truncated.' },
    ...BASE_INIT_OPTIONS,
  };

  readonly type = 'Kaiming';
  readonly a: number;
  readonly mode: 'fan_in' | 'fan_out';
  readonly nonlinearity: string;
  readonly distribution: 'normal' | 'uniform';

  constructor(options: KaimingInitOptions = {}) {
    super(options);
    this.a = options.a ?? 0;
    this.mode = (options.mode ?? 'fan_out').toLowerCase() as 'fan_in' | 'fan_out';
    this.nonlinearity = options.nonlinearity ?? 'relu';
    this.distribution = options.distribution ?? 'normal';
  }

  weightLaw(parameter: ParameterSpec, context: InitializerContext): Assignment {
    return kaimingAssignment(this, parameter, context);
  }
}

/** `std = gain / √fan`, as torch computes it. */
export function kaimingAssignment(
  spec: KaimingSpec,
  parameter: ParameterSpec,
  context: InitializerContext,
): Assignment {
  const fans = computeFans(parameter, context.fanMode);
  const gain = calculateGain(spec.nonlinearity, spec.a);
  return { law: lawOfStd(gain / Math.sqrt(chooseFan(fans, spec.mode)), spec.distribution), fans, gain };
}
