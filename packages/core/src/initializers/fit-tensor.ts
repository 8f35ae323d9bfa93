import type { CopyChange } from '../ir/law.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { formatShape, type Shape, sameShape } from '../ir/shape.js';
import { arrange, type CheckpointLayout } from './checkpoint-layout.js';

/** What may be done to a tensor so that it fits. */
export interface FitOptions {
  readonly layout: CheckpointLayout;
  readonly adaptInputs: boolean;
  readonly resize: 'bicubic' | 'bilinear' | null;
  /** Whether a name is one of a position embedding. */
  readonly isPosition: (name: string) => boolean;
}

/** A tensor of a checkpoint, under its name in the model. */
export interface Candidate {
  readonly name: string;
  readonly shape: Shape;
}

/** @returns the changes that make the tensor fit, none where it does already; or why it does not, in words. */
export function fitTensor(
  { name, shape: found }: Candidate,
  parameter: ParameterSpec,
  options: FitOptions,
): readonly CopyChange[] | string {
  const arranged = arrange(found, parameter, options.layout);
  if (typeof arranged === 'string') return `${name}: ${arranged}`;
  const { shape, changes } = arranged;
  if (sameShape(shape, parameter.shape)) return changes;
  const inputs = adaptedInputs(shape, parameter);
  if (inputs !== undefined && options.adaptInputs) return [...changes, inputs];
  const resized = options.isPosition(name)
    ? resizedGrid(shape, parameter.shape, options.resize ?? 'bicubic')
    : undefined;
  if (resized !== undefined && options.resize !== null) return [...changes, resized];
  const order = changes.length === 0 ? '' : `, ${formatShape(shape)} in the model's order of axes`;
  return `${name} is ${formatShape(found)} there${order} and ${formatShape(parameter.shape)} in the model${hint(inputs, resized)}`;
}

function hint(inputs: CopyChange | undefined, resized: CopyChange | undefined): string {
  if (inputs !== undefined) return ' (adapt_input_conv: true would fit it)';
  return resized === undefined ? '' : " (resize_pos_embed: 'bicubic' would fit it)";
}

const COLOURS = 3;

/** A convolution of colours for a model of other inputs; as timm: grey takes their sum, more inputs share their strength. */
function adaptedInputs(shape: Shape, { axes = [], shape: wanted, groups = 1 }: ParameterSpec): CopyChange | undefined {
  const axis = axes.indexOf('in');
  if (axis < 0 || !axes.includes('spatial') || groups !== 1 || shape.length !== wanted.length) return undefined;
  if (!shape.every((extent, index) => index === axis || extent === wanted[index])) return undefined;
  const [has = 0, wants = 0] = [shape[axis], wanted[axis]];
  if (has === wants * COLOURS) return { kind: 'sum-inputs', axis };
  return has === COLOURS && wants > 0 ? { kind: 'repeat-inputs', axis, extent: wants } : undefined;
}

type Grid = readonly [height: number, width: number];

/** Class and distillation tokens, that stand before the grid. */
const MOST_EXTRA = 2;

/** Positions are rows of a square, `[1, n, c]` or `[n, c]`, after up to two that are none; or a grid, `[1, h, w, c]`. */
function resizedGrid(from: Shape, to: Shape, mode: 'bicubic' | 'bilinear'): CopyChange | undefined {
  if (from.length !== to.length || from.at(-1) !== to.at(-1) || from.length < 2) return undefined;
  if (from.length === 4) {
    const [batch, height = 0, width = 0] = from;
    const grid: Grid = [to[1] ?? 0, to[2] ?? 0];
    return batch === 1 && to[0] === 1
      ? { kind: 'resize-grid', mode, extra: 0, from: [height, width], to: grid }
      : undefined;
  }
  if (from.length > 3 || (from.length === 3 && (from[0] !== 1 || to[0] !== 1))) return undefined;
  for (let extra = 0; extra <= MOST_EXTRA; extra += 1) {
    const [old, wanted] = [squareOf((from.at(-2) ?? 0) - extra), squareOf((to.at(-2) ?? 0) - extra)];
    if (old !== undefined && wanted !== undefined) return { kind: 'resize-grid', mode, extra, from: old, to: wanted };
  }
  return undefined;
}

function squareOf(count: number): Grid | undefined {
  const side = Math.round(Math.sqrt(count));
  return count > 0 && side * side === count ? [side, side] : undefined;
}
