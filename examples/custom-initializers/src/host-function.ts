import { BASE_INIT_OPTIONS, type BaseInitOptions, HostInit, type HostRandom, WEIGHT_INITIALIZERS } from '@incipit/core';
import type { OptionsSchema } from '@incipit/registry';

export interface SparseOptions extends BaseInitOptions {
  /** Share of the weights that are not zero, in (0, 1]. Default 0.1. */
  readonly density?: number;
  /** Standard deviation of those. Default 0.01. */
  readonly std?: number;
}

/**
 * The second way, by a function on the host: few weights are normal, the others zero (Martens, 2010).
 *
 * Chance comes from `random` alone: each draw is a stream of the parameter's own. The plan names the initializer and
 * holds its options, so it stays JSON, and a program that registers this class can carry it out.
 */
@WEIGHT_INITIALIZERS.register('Sparse')
export class SparseInit extends HostInit {
  static override readonly className: string = 'SparseInit';
  static override readonly options: OptionsSchema = {
    density: { type: 'number', exclusiveMinimum: 0, maximum: 1, default: 0.1, description: 'Share that is not zero.' },
    std: { type: 'number', minimum: 0, default: 0.01, description: 'Standard deviation of what is not zero.' },
    ...BASE_INIT_OPTIONS,
  };

  readonly type = 'Sparse';
  readonly density: number;
  readonly std: number;

  constructor(options: SparseOptions = {}) {
    super(options);
    this.density = options.density ?? 0.1;
    this.std = options.std ?? 0.01;
  }

  override async fill(view: Float32Array, random: HostRandom): Promise<void> {
    const chances = await random.draw({ kind: 'uniform', low: 0, high: 1 }, view.length);
    const values = await random.draw({ kind: 'normal', mean: 0, std: this.std }, view.length);
    for (let i = 0; i < view.length; i++) view[i] = (chances[i] ?? 1) < this.density ? (values[i] ?? 0) : 0;
  }
}
