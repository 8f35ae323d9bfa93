import type { CopyChange } from '../ir/law.js';
import type { ParameterSpec } from '../ir/parameter.js';
import type { Shape } from '../ir/shape.js';

/** How a checkpoint orders the axes of kernels: as the model does, as torch, or as TensorFlow and Keras. */
export type CheckpointLayout = 'model' | 'torch' | 'tf';

export const CHECKPOINT_LAYOUTS: readonly CheckpointLayout[] = ['model', 'torch', 'tf'];

/** A tensor with its axes in the model's order. */
export interface Arranged {
  readonly shape: Shape;
  readonly changes: readonly CopyChange[];
}

/**
 * Fused parts in the order of each layout, and what a model may call each. Torch's GRU resets the state after its product
 * with the weights, and calls the candidate n; so does Keras's by default, where it is h. A model whose candidate is h may
 * reset before the product, as tfjs does, and torch has no weights for that.
 */
const FUSED: Readonly<Record<'torch' | 'tf', readonly (readonly (readonly string[])[])[]>> = {
  torch: [
    [['i'], ['f'], ['g', 'c'], ['o']],
    [['r'], ['z'], ['n']],
    [['q'], ['k'], ['v']],
  ],
  tf: [
    [['i'], ['f'], ['c', 'g'], ['o']],
    [['z'], ['r'], ['h', 'n']],
  ],
};

/** @returns the axes in the model's order, or why that cannot be known. */
export function arrange(found: Shape, parameter: ParameterSpec, layout: CheckpointLayout): Arranged | string {
  const asItIs: Arranged = { shape: found, changes: [] };
  const { axes, slices } = parameter;
  if (layout === 'model') return asItIs;
  const parts = slices === undefined ? [] : partsOf(slices.names, layout);
  if (typeof parts === 'string') return parts;
  const moves = slices === undefined || inOrder(parts) ? {} : { slices: { axis: slices.axis, parts } };
  if (parameter.shape.length < 2)
    return permuted(
      found,
      found.map((_, axis) => axis),
      moves,
    );
  if (axes === undefined)
    return `the model does not say what its axes mean, so that layout '${layout}' says nothing of it`;
  if (axes.includes('multiplier')) return layout === 'torch' ? depthwiseOfTorch(found, parameter) : asItIs;
  if (found.length !== axes.length) return asItIs;
  return permuted(found, orderOf(axes, layout) ?? axes.map((_, axis) => axis), moves);
}

type Slices = { readonly slices?: { readonly axis: number; readonly parts: readonly number[] } };

function permuted(found: Shape, order: readonly number[], moves: Slices): Arranged {
  if (inOrder(order) && moves.slices === undefined) return { shape: found, changes: [] };
  return {
    shape: order.map((axis) => found[axis] ?? 0),
    changes: [{ kind: 'permute', shape: found, order, ...moves }],
  };
}

function inOrder(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => number === index);
}

/** Which part of the model each part of the checkpoint is, or why that cannot be known. */
function partsOf(names: readonly string[], layout: 'torch' | 'tf'): readonly number[] | string {
  for (const fused of FUSED[layout]) {
    const parts = fused.map((gate) => names.findIndex((name) => gate.includes(name)));
    if (parts.length === names.length && !parts.includes(-1)) return parts;
  }
  return layout === 'torch' && ['z', 'r', 'h'].every((name) => names.includes(name))
    ? "its GRU may reset the state before the product with its weights, torch's resets it after that"
    : `its ${names.join(', ')} are fused in an order of their own`;
}

type Axes = NonNullable<ParameterSpec['axes']>;

/** For each axis of the model, which axis of the checkpoint it is; undefined for what all frameworks store alike. */
function orderOf(axes: Axes, layout: 'torch' | 'tf'): readonly number[] | undefined {
  const [input, output] = [axes.indexOf('in'), axes.indexOf('out')];
  if (input < 0 || output < 0) return undefined;
  const spatial = axes.flatMap((axis, index) => (axis === 'spatial' ? [index] : []));
  const dense = spatial.length === 0;
  // Kernels that lead back, from the outputs of a convolution to its inputs, have the two exchanged.
  const transposed = !dense && axes[0] === 'spatial' ? output < input : !dense && input < output;
  const stored = {
    torch: transposed ? [input, output, ...spatial] : [output, input, ...spatial],
    tf: transposed ? [...spatial, output, input] : [...spatial, input, output],
  }[layout];
  if (stored.length !== axes.length) return undefined;
  return axes.map((_, axis) => stored.indexOf(axis));
}

/** Torch has one axis for channels and their multiples, and one of 1 for the input of each group. */
function depthwiseOfTorch(found: Shape, { axes = [], shape }: ParameterSpec): Arranged | string {
  const channels = shape[axes.indexOf('channel')] ?? 1;
  const [outputs = 0, one, ...kernel] = found;
  if (one !== 1 || outputs % channels !== 0 || found.length !== axes.length) return { shape: found, changes: [] };
  const view = [channels, outputs / channels, ...kernel];
  let next = 2;
  const order = axes.map((axis) => {
    if (axis === 'channel') return 0;
    if (axis === 'multiplier') return 1;
    next += 1;
    return next - 1;
  });
  return { shape: order.map((axis) => view[axis] ?? 0), changes: [{ kind: 'permute', shape: view, order }] };
}
