import type { OptionsSchema } from '@incipit/registry';
import type { ParameterSpec } from '../ir/parameter.js';
import { BASE_INIT_OPTIONS, BaseInit, type BaseInitOptions } from './base-init.js';
import type { Assignment, InitializerContext } from './initializer.js';
import { type KaimingSpec, kaimingAssignment } from './kaiming.js';
import { WEIGHT_INITIALIZERS } from './registry.js';

/**
 * Caffe2's `XavierFill`: uniform with variance `1 / fan_in`, which is Kaiming's with slope 1.
 *
 * @example { type: 'Caffe2Xavier', layer: 'Conv2d' }
 */
@WEIGHT_INITIALIZERS.register('Caffe2Xavier')
export class Caffe2XavierInit extends BaseInit implements KaimingSpec {
  static override readonly className: string = 'Caffe2XavierInit';
  static override readonly options: OptionsSchema = BASE_INIT_OPTIONS;

  readonly type = 'Caffe2Xavier';
  readonly a = 1;
  readonly mode = 'fan_in';
  readonly nonlinearity = 'leaky_relu';
  readonly distribution = 'uniform';

  constructor(options: BaseInitOptions = {}) {
    super(options);
  }

  weightLaw(parameter: ParameterSpec, context: InitializerContext): Assignment {
    return kaimingAssignment(this, parameter, context);
  }
}
