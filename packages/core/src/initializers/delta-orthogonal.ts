import type { OptionsSchema } from '@incipit/registry';
import type { ParameterSpec } from '../ir/parameter.js';
import { BaseInit } from './base-init.js';
import type { Assignment, InitializerContext } from './initializer.js';
import { centreOf } from './matrix.js';
import { ORTHOGONAL_OPTIONS, type OrthogonalInitOptions } from './orthogonal.js';
import { WEIGHT_INITIALIZERS } from './registry.js';

/**
 * Kernels of convolutions in one, two or three dimensions that keep the norm of their input, times `gain`: orthonormal
 * inputs × outputs in the spatial centre and zeros around it (Xiao et al., 2018).
 *
 * As JAX's `delta_orthogonal`, whose `scale` is `gain`: there may not be more inputs than outputs, and of an even extent
 * the centre is the lower of the two middles.
 *
 * @example { type: 'DeltaOrthogonal', layer: 'Conv2d' }
 */
@WEIGHT_INITIALIZERS.register('DeltaOrthogonal')
export class DeltaOrthogonalInit extends BaseInit {
  static override readonly className: string = 'DeltaOrthogonalInit';
  static override readonly options: OptionsSchema = ORTHOGONAL_OPTIONS;

  readonly type = 'DeltaOrthogonal';
  readonly gain: number;

  constructor(options: OrthogonalInitOptions = {}) {
    super(options);
    this.gain = options.gain ?? 1;
  }

  /** @throws PlanError `no-kernel` for a weight of no plain convolution, `too-many-inputs`. */
  weightLaw(parameter: ParameterSpec, context: InitializerContext): Assignment {
    const { gain } = this;
    return { law: { kind: 'orthogonal', gain, ...centreOf(parameter, context.fanMode) }, gain };
  }
}
