import type { RegistryClass } from '@incipit/registry';
import { Caffe2XavierInit } from './caffe2-xavier.js';
import { ConstantInit } from './constant.js';
import { DeltaOrthogonalInit } from './delta-orthogonal.js';
import type { Initializer } from './initializer.js';
import { KaimingInit } from './kaiming.js';
import { NormalInit } from './normal.js';
import { OrthogonalInit } from './orthogonal.js';
import { PretrainedInit } from './pretrained.js';
import { TruncNormalInit } from './trunc-normal.js';
import { UniformInit } from './uniform.js';
import { XavierInit } from './xavier.js';

/**
 * The classes that register themselves under their own decorators. Whoever builds rules must use this list: bundlers
 * drop modules that nobody uses, and with them what they would have registered.
 */
export const BUILT_IN_INITIALIZERS: readonly RegistryClass<Initializer>[] = [
  ConstantInit,
  XavierInit,
  NormalInit,
  TruncNormalInit,
  UniformInit,
  KaimingInit,
  Caffe2XavierInit,
  OrthogonalInit,
  DeltaOrthogonalInit,
  PretrainedInit,
];
