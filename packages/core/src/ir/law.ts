import type { DType } from './dtype.js';
import type { JsonValue } from './json.js';
import type { Shape } from './shape.js';

/** Every element is `value`. */
export interface ConstantLaw {
  readonly kind: 'constant';
  readonly value: number;
}

/** Uniform on `[low, high)`. */
export interface UniformLaw {
  readonly kind: 'uniform';
  readonly low: number;
  readonly high: number;
}

/** Normal with `mean` and standard deviation `std`. */
export interface NormalLaw {
  readonly kind: 'normal';
  readonly mean: number;
  readonly std: number;
}

/** Normal(`mean`, `std`) conditioned on `[low, high]`: absolute cut-offs, `std` before the cut. */
export interface TruncatedNormalLaw {
  readonly kind: 'truncated-normal';
  readonly mean: number;
  readonly std: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Where a matrix lies in a parameter, as it is drawn, that is not that matrix, row-major. Axes in neither list are fixed at their middle,
 * the lower of two; elements beside it are zero.
 */
export interface MatrixPlace {
  /** The drawn parameter's. */
  readonly shape: Shape;
  /** Axes that the matrix's rows run over, the last one fastest. */
  readonly rows: readonly number[];
  /** Axes that its columns run over, the last one fastest. */
  readonly columns: readonly number[];
}

/** Orthonormal rows or columns of the parameter as a `rows` × `columns` matrix, times `gain` (Saxe et al., 2013). */
export interface OrthogonalLaw {
  readonly kind: 'orthogonal';
  readonly gain: number;
  readonly rows: number;
  readonly columns: number;
  /** Absent when the parameter is the matrix, row-major. */
  readonly place?: MatrixPlace;
}

/** The square identity, or its top left part, times `gain`. */
export interface IdentityLaw {
  readonly kind: 'identity';
  readonly gain: number;
  readonly rows: number;
  readonly columns: number;
}

/** A tensor of a checkpoint, converted to the parameter's dtype. */
export interface CopyLaw {
  readonly kind: 'copy';
  /** Checkpoint as the config names it. */
  readonly source: string;
  readonly tensor: string;
  /** Dtype in the checkpoint. */
  readonly dtype: DType;
  /** Shape in the checkpoint; absent where it is the parameter's and nothing is changed. */
  readonly shape?: Shape;
  /**
   * What is done to the tensor on its way, in order: moves come first; the rest is computed in float64 and rounded once,
   * to the parameter's dtype.
   */
  readonly changes?: readonly CopyChange[];
}

/** One thing done to a tensor on its way from a checkpoint to a parameter. */
export type CopyChange =
  /**
   * Seen as a tensor of `shape`, its axes are put in `order`: axis i of the result is axis `order[i]`. Of the equal parts of
   * an axis of the result, such as gates, `parts[k]` is the k-th of the tensor.
   */
  | {
      readonly kind: 'permute';
      readonly shape: Shape;
      readonly order: readonly number[];
      readonly slices?: { readonly axis: number; readonly parts: readonly number[] };
    }
  /** Each three neighbours along an axis are summed to one: colours to grey. */
  | { readonly kind: 'sum-inputs'; readonly axis: number }
  /** Three neighbours along an axis are repeated to `extent`, times 3 / `extent`. */
  | { readonly kind: 'repeat-inputs'; readonly axis: number; readonly extent: number }
  /** Rows, one for each place of a grid, are interpolated to another grid; the first `extra` rows stay. */
  | {
      readonly kind: 'resize-grid';
      readonly mode: 'bicubic' | 'bilinear';
      readonly extra: number;
      readonly from: readonly [height: number, width: number];
      readonly to: readonly [height: number, width: number];
    };

/** Consecutive runs of the flattened parameter, each under its own law; the element index runs through. */
export interface SegmentsLaw {
  readonly kind: 'segments';
  readonly segments: readonly { readonly length: number; readonly law: ElementLaw }[];
}

/** Values from a function of the user's, named by its id in the resolver that `execute` is given. */
export interface HostLaw {
  readonly kind: 'host';
  readonly id: string;
  readonly options: JsonValue;
}

/**
 * Values from a kernel of the user's, registered on the runtime under its id: element by element from the parameter's
 * own stream, as float32, and rounded once to the parameter's dtype.
 */
export interface KernelLaw {
  readonly kind: 'kernel';
  readonly id: string;
  /** The kernel's own numbers, in its order. */
  readonly args: readonly number[];
}

/** Laws whose element depends on its own index alone. */
export type ElementLaw = ConstantLaw | UniformLaw | NormalLaw | TruncatedNormalLaw;

/** The full distribution or structure of one parameter, all numbers resolved. */
export type Law = ElementLaw | OrthogonalLaw | IdentityLaw | SegmentsLaw | CopyLaw | HostLaw | KernelLaw;
