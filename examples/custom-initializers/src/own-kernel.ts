import { readFile } from 'node:fs/promises';
import {
  type Assignment,
  BASE_INIT_OPTIONS,
  BaseInit,
  type BaseInitOptions,
  registerKernel,
  WEIGHT_INITIALIZERS,
} from '@incipit/core';
import type { OptionsSchema } from '@incipit/registry';

/** The third way: a law that Incipit does not have, as a kernel in C++ for the CPU and its twin in WGSL for the GPU. */
await registerKernel({
  id: 'examples.triangular',
  wasm: await readFile(new URL('triangular.wasm', import.meta.url)),
  wgsl: await readFile(new URL('../native/triangular.wgsl', import.meta.url), 'utf8'),
});

export interface TriangularOptions extends BaseInitOptions {
  /** Standard deviation. Default 0.01. */
  readonly std?: number;
}

/** Triangular on (-std · √6, std · √6), densest at 0: lighter tails than the normal law, heavier than the uniform one. */
@WEIGHT_INITIALIZERS.register('Triangular')
export class TriangularInit extends BaseInit {
  static override readonly className: string = 'TriangularInit';
  static override readonly options: OptionsSchema = {
    std: { type: 'number', exclusiveMinimum: 0, default: 0.01, description: 'Standard deviation.' },
    ...BASE_INIT_OPTIONS,
  };

  readonly type = 'Triangular';
  readonly std: number;

  constructor(options: TriangularOptions = {}) {
    super(options);
    this.std = options.std ?? 0.01;
  }

  weightLaw(): Assignment {
    // The variance of a triangular law on (-a, a) is a² / 6.
    return { law: { kind: 'kernel', id: 'examples.triangular', args: [Math.fround(this.std * Math.sqrt(6))] } };
  }
}
