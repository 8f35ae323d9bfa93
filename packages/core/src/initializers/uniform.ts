import { ConfigError, type OptionsSchema } from '@incipit/registry';
import { BASE_INIT_OPTIONS, BaseInit, type BaseInitOptions } from './base-init.js';
import type { Assignment } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';

export interface UniformInitOptions extends BaseInitOptions {
  /** Least value. Default 0. */
  readonly a?: number;
  /** Values stay below it. Default 1. */
  readonly b?: number;
}

/**
 * Weights from the uniform distribution on `[a, b)`.
 *
 * @throws ConfigError `bad-bounds` unless `a < b`.
 * @example { type: 'Uniform', layer: 'Embedding', a: -0.1, b: 0.1 }
 */
@WEIGHT_INITIALIZERS.register('Uniform')
export class UniformInit extends BaseInit {
  static override readonly className: string = 'UniformInit';
  static override readonly options: OptionsSchema = {
    a: { type: 'number', default: 0, description: 'Least value.' },
    b: { type: 'number', default: 1, description: 'Values stay below it.' },
    ...BASE_INIT_OPTIONS,
  };

  readonly type = 'Uniform';
  readonly a: number;
  readonly b: number;

  constructor(options: UniformInitOptions = {}) {
    super(options);
    this.a = options.a ?? 0;
    this.b = options.b ?? 1;
    checkBounds(this.a, this.b);
  }

  weightLaw(): Assignment {
    return { law: { kind: 'uniform', low: this.a, high: this.b } };
  }
}

/** @throws ConfigError `bad-bounds` unless `a < b`. */
export function checkBounds(a: number, b: number): void {
  if (a < b) return;
  throw new ConfigError({
    code: 'bad-bounds',
    what: `the lower bound a = ${a} is not below the upper bound b = ${b}`,
    expected: 'a < b',
    fix: a === b ? 'use Constant for one value' : 'exchange the two',
  });
}
