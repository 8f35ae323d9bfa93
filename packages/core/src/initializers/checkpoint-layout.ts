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

/** Gates of an LSTM as TensorFlow names them; torch fuses them in the same order. Those of a GRU it does not. */
const SAME_GATES = 'i,f,c,o';

/** @returns the axes in the model's order, or why that cannot be known. */
export function arrange(found: Shape, parameter: ParameterSpec, layout: CheckpointLayout): Arranged | string {
  const asItIs: Arranged = { shape: found, changes: [] };
  const { axes, slices } = parameter;
  if (layout === 'model' || parameter.shape.length < 2) return asItIs;
  if (axes === undefined)
    return `the model does not say what its axes mean, so that layout '${layout}' says nothing of it`;
  if (slices !== undefined && slices.names.join() !== SAME_GATES) {
    return `its ${slices.names.join(', ')} are fused in an order of their own`;
  }
  if (axes.includes('multiplier')) return layout === 'torch' ? depthwiseOfTorch(found, parameter) : asItIs;
  const order = orderOf(axes, layout);
  if (order === undefined || found.length !== axes.length) return asItIs;
  if (order.every((axis, index) => axis === index)) return asItIs;
  return {
    shape: order.map((axis) => found[axis] ?? 0),
    changes: [{ kind: 'permute', shape: found, order }],
  };
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
