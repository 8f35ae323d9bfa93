import type { BaseInitOptions } from '../initializers/base-init.js';
import { Caffe2XavierInit } from '../initializers/caffe2-xavier.js';
import { ConstantInit, type ConstantInitOptions } from '../initializers/constant.js';
import { DeltaOrthogonalInit } from '../initializers/delta-orthogonal.js';
import type { Initializer } from '../initializers/initializer.js';
import { KaimingInit, type KaimingInitOptions } from '../initializers/kaiming.js';
import { NormalInit, type NormalInitOptions } from '../initializers/normal.js';
import { OrthogonalInit, type OrthogonalInitOptions } from '../initializers/orthogonal.js';
import { TruncNormalInit, type TruncNormalInitOptions } from '../initializers/trunc-normal.js';
import { UniformInit, type UniformInitOptions } from '../initializers/uniform.js';
import { XavierInit, type XavierInitOptions } from '../initializers/xavier.js';
import { run } from './initialize.js';
import type { InitializeOptions } from './options.js';
import { adapterOf, type Target } from './target.js';

/** Options of an initializer beside those of a run, in one object. */
export type FunctionOptions<Options> = Omit<Options, 'layer'> & InitializeOptions;

/** Sets one module's own weight and bias to constants. @returns a promise of the module. */
export function constantInit<T extends Target>(module: T, options: FunctionOptions<ConstantInitOptions>): Promise<T> {
  return apply(module, ConstantInit, options);
}

/** Glorot and Bengio (2010), for one module's own weight. @returns a promise of the module. */
export function xavierInit<T extends Target>(module: T, options: FunctionOptions<XavierInitOptions> = {}): Promise<T> {
  return apply(module, XavierInit, options);
}

/** Normal(mean, std) for one module's own weight. @returns a promise of the module. */
export function normalInit<T extends Target>(module: T, options: FunctionOptions<NormalInitOptions> = {}): Promise<T> {
  return apply(module, NormalInit, options);
}

/** Normal(mean, std) conditioned on [a, b], absolute, for one module's own weight. @returns a promise of the module. */
export function truncNormalInit<T extends Target>(
  module: T,
  options: FunctionOptions<TruncNormalInitOptions> = {},
): Promise<T> {
  return apply(module, TruncNormalInit, options);
}

/** Uniform on [a, b), for one module's own weight. @returns a promise of the module. */
export function uniformInit<T extends Target>(
  module: T,
  options: FunctionOptions<UniformInitOptions> = {},
): Promise<T> {
  return apply(module, UniformInit, options);
}

/** He et al. (2015), for one module's own weight; mmengine's defaults. @returns a promise of the module. */
export function kaimingInit<T extends Target>(
  module: T,
  options: FunctionOptions<KaimingInitOptions> = {},
): Promise<T> {
  return apply(module, KaimingInit, options);
}

/** Caffe2's XavierFill, for one module's own weight. @returns a promise of the module. */
export function caffe2XavierInit<T extends Target>(
  module: T,
  options: FunctionOptions<BaseInitOptions> = {},
): Promise<T> {
  return apply(module, Caffe2XavierInit, options);
}

/** Saxe et al. (2013): orthonormal rows or columns, for one module's own weight. @returns a promise of the module. */
export function orthogonalInit<T extends Target>(
  module: T,
  options: FunctionOptions<OrthogonalInitOptions> = {},
): Promise<T> {
  return apply(module, OrthogonalInit, options);
}

/** Xiao et al. (2018): an orthogonal matrix in a convolution's spatial centre. @returns a promise of the module. */
export function deltaOrthogonalInit<T extends Target>(
  module: T,
  options: FunctionOptions<OrthogonalInitOptions> = {},
): Promise<T> {
  return apply(module, DeltaOrthogonalInit, options);
}

/** Every option of a run; the rest are the initializer's. */
const RUN_OPTIONS: Readonly<Record<keyof InitializeOptions, true>> = {
  seed: true,
  fans: true,
  unmatched: true,
  canonical: true,
  paths: true,
  headers: true,
  device: true,
  threads: true,
  atomic: true,
  checkpoints: true,
  hostFunctions: true,
  signal: true,
  onProgress: true,
  measure: true,
};

async function apply<T extends Target, Options extends object>(
  target: T,
  type: new (options: Options) => Initializer,
  options: Options & InitializeOptions,
): Promise<T> {
  const entries = Object.entries(options);
  const own = entries.filter(([name]) => !Object.hasOwn(RUN_OPTIONS, name));
  const ofRun = entries.filter(([name]) => Object.hasOwn(RUN_OPTIONS, name));
  const initializer = new type(Object.fromEntries(own) as Options);
  await run(adapterOf(target), { initializer }, Object.fromEntries(ofRun) as InitializeOptions);
  return target;
}
