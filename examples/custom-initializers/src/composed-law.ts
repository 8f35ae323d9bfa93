import {
  type Assignment,
  BASE_INIT_OPTIONS,
  BaseInit,
  type BaseInitOptions,
  computeFans,
  type ElementLaw,
  type InitializerContext,
  type ParameterSpec,
  WEIGHT_INITIALIZERS,
} from '@incipit/core';
import { ConfigError, type OptionsSchema } from '@incipit/registry';

export interface LecunSplitOptions extends BaseInitOptions {
  /** How many of the first outputs start at zero. Default 0. */
  readonly zeros?: number;
}

/**
 * The first way, by composing laws that Incipit has: LeCun's normal (variance 1 / fan_in) for a weight's rows, but for
 * the first ones, which are zero, so that these outputs start silent.
 *
 * The laws are Incipit's own, and so are their bits: the same on every device.
 */
@WEIGHT_INITIALIZERS.register('LecunSplit')
export class LecunSplitInit extends BaseInit {
  static override readonly className: string = 'LecunSplitInit';
  static override readonly options: OptionsSchema = {
    zeros: { type: 'integer', minimum: 0, default: 0, description: 'How many of the first outputs start at zero.' },
    ...BASE_INIT_OPTIONS,
  };

  readonly type = 'LecunSplit';
  readonly zeros: number;

  constructor(options: LecunSplitOptions = {}) {
    super(options);
    this.zeros = options.zeros ?? 0;
  }

  weightLaw(parameter: ParameterSpec, context: InitializerContext): Assignment {
    const fans = computeFans(parameter, context.fanMode);
    const normal: ElementLaw = { kind: 'normal', mean: 0, std: Math.sqrt(1 / fans.fanIn) };
    const [rows = 0, ...rest] = parameter.shape;
    if (this.zeros >= rows) {
      const what = `LecunSplit would leave nothing of a weight of ${rows} outputs`;
      throw new ConfigError({ code: 'bad-value', what, expected: `'zeros' below ${rows}` });
    }
    const row = rest.reduce((product, extent) => product * extent, 1);
    if (this.zeros === 0) return { law: normal, fans };
    const segments = [
      { length: this.zeros * row, law: { kind: 'constant', value: 0 } as const },
      { length: (rows - this.zeros) * row, law: normal },
    ];
    return { law: { kind: 'segments', segments }, fans };
  }
}
