import type { OptionsSchema } from '@incipit/registry';
import type { ParameterSpec } from '../ir/parameter.js';
import { BASE_INIT_OPTIONS, BaseInit, type BaseInitOptions } from './base-init.js';
import type { Assignment, InitializerContext } from './initializer.js';
import { matrixOf } from './matrix.js';
import { WEIGHT_INITIALIZERS } from './registry.js';

export interface OrthogonalInitOptions extends BaseInitOptions {
  /** Multiplies every element. Default 1. */
  readonly gain?: number;
}

/** Schema of {@link OrthogonalInitOptions}. */
export const ORTHOGONAL_OPTIONS: OptionsSchema = {
  gain: { type: 'number', default: 1, description: 'Multiplies every element.' },
  ...BASE_INIT_OPTIONS,
};

/**
 * Weights whose rows or columns, whichever are fewer, are orthonormal, times `gain` (Saxe et al., 2013).
 *
 * As torch's `orthogonal_`: a weight of outputs × (inputs · receptive field), whatever order its framework keeps these axes
 * in; groups and fused gates are not told apart. A depthwise kernel has one row for each output channel. With
 * `fans: 'torch'` the rows are the first axis. Uniform over the orthogonal matrices.
 *
 * @example { type: 'Orthogonal', layer: 'Linear', gain: 1.4 }
 */
@WEIGHT_INITIALIZERS.register('Orthogonal')
export class OrthogonalInit extends BaseInit {
  static override readonly className: string = 'OrthogonalInit';
  static override readonly options: OptionsSchema = ORTHOGONAL_OPTIONS;

  readonly type = 'Orthogonal';
  readonly gain: number;

  constructor(options: OrthogonalInitOptions = {}) {
    super(options);
    this.gain = options.gain ?? 1;
  }

  /** @throws PlanError `no-matrix` for a weight that maps no units to units. */
  weightLaw(parameter: ParameterSpec, context: InitializerContext): Assignment {
    const { gain } = this;
    return { law: { kind: 'orthogonal', gain, ...matrixOf(parameter, context.fanMode) }, gain };
  }
}
