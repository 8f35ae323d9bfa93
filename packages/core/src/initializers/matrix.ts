import { PlanError } from '../errors.js';
import type { OrthogonalLaw } from '../ir/law.js';
import type { Axis, ParameterSpec } from '../ir/parameter.js';
import { formatShape, type Shape } from '../ir/shape.js';
import type { FanMode } from './initializer.js';

/** What the matrix of a parameter follows from. */
export type MatrixSource = Pick<ParameterSpec, 'path' | 'shape' | 'axes' | 'groups'>;

/** A matrix and where it lies. */
export type Matrix = Pick<OrthogonalLaw, 'rows' | 'columns' | 'place'>;

/** Outputs of a weight, and what stands for them where there are none. */
const OUTPUTS: readonly (readonly Axis[])[] = [['out', 'channel', 'multiplier'], ['vocabulary']];

/**
 * A weight as the matrix of outputs × everything else: from the named axes, or with `torch` and `mmengine` from the shape
 * alone, whose first axis is the outputs then. Which is which says nothing in a weight of two axes.
 *
 * @throws PlanError `no-matrix` for a parameter with fewer than 2 dimensions, an elementwise one, or one without axes.
 */
export function matrixOf(parameter: MatrixSource, mode: FanMode): Matrix {
  const { shape } = parameter;
  if (shape.length < 2) throw noMatrix(parameter, `it has ${shape.length} of the 2 dimensions or more that this takes`);
  const outputs = mode === 'axes' ? outputAxes(parameter) : [0];
  const others = shape.map((_, axis) => axis).filter((axis) => !outputs.includes(axis));
  const [first, second] = (outputs[0] ?? 0) < (others[0] ?? 0) ? [outputs, others] : [others, outputs];
  const matrix = { rows: product(shape, first), columns: product(shape, second) };
  // One after the other, they are the parameter as it lies in memory.
  if ([...first, ...second].every((axis, i) => axis === i)) return matrix;
  return { ...matrix, place: { shape, rows: first, columns: second } };
}

function outputAxes(parameter: MatrixSource): readonly number[] {
  const { shape, axes } = parameter;
  if (axes?.includes('elementwise') === true || axes?.every((axis) => axis === 'spatial') === true) {
    throw noMatrix(parameter, `its axes are ${axes.join(', ')} and mix no units`);
  }
  if (shape.length === 2) return [0];
  const named = namedAxes(parameter, axes, 'no-matrix');
  for (const names of OUTPUTS) {
    const found = named.flatMap((axis, i) => (names.includes(axis) ? [i] : []));
    if (found.length > 0 && found.length < shape.length) return found;
  }
  throw noMatrix(parameter, `its axes are ${named.join(', ')}, which are not outputs and something else`);
}

/**
 * The centre of a convolution's kernel as the matrix of inputs × outputs.
 *
 * @throws PlanError `no-kernel` for anything but a convolution of one group over one to three dimensions,
 * `too-many-inputs`.
 */
export function centreOf(parameter: MatrixSource, mode: FanMode): Matrix {
  const { path, shape, groups = 1 } = parameter;
  if (shape.length < 3 || shape.length > 5) {
    throw noKernel(parameter, `it has ${shape.length} dimensions, not 3, 4 or 5`);
  }
  const axes = mode === 'axes' ? namedAxes(parameter, parameter.axes, 'no-kernel') : torchAxes(shape);
  const plain = axes.filter((axis) => axis !== 'spatial');
  if (plain.length !== 2 || !plain.includes('in') || !plain.includes('out')) {
    throw noKernel(parameter, `its axes are ${axes.join(', ')}`);
  }
  if (groups !== 1) throw noKernel(parameter, `it has ${groups} groups`);
  const place = { shape, rows: [axes.indexOf('in')], columns: [axes.indexOf('out')] };
  const rows = product(shape, place.rows);
  const columns = product(shape, place.columns);
  if (rows <= columns) return { rows, columns, place };
  throw new PlanError({
    code: 'too-many-inputs',
    what: `a kernel of ${rows} inputs and ${columns} outputs, shape ${formatShape(shape)}, cannot keep the norm of its input`,
    expected: 'no more inputs than outputs',
    fix: "take this layer out of the rule, or use 'Orthogonal'",
    path,
  });
}

function torchAxes(shape: Shape): readonly Axis[] {
  return shape.map((_, i) => (['out', 'in'] as const)[i] ?? 'spatial');
}

function namedAxes({ path, shape }: MatrixSource, axes: readonly Axis[] | undefined, code: string): readonly Axis[] {
  if (axes !== undefined && axes.length === shape.length) return axes;
  throw new PlanError({
    code,
    what: `inputs and outputs of shape ${formatShape(shape)} need ${shape.length} named axes, and the adapter gives ${axes?.length ?? 'none'}`,
    fix: "name the axes, or set fans: 'torch', which takes the first axis for the outputs and the second for the inputs",
    path,
  });
}

function noMatrix({ path, shape }: MatrixSource, why: string): PlanError {
  return new PlanError({
    code: 'no-matrix',
    what: `a parameter of shape ${formatShape(shape)} is no matrix that could be orthogonal: ${why}`,
    expected: 'a weight that maps units to units',
    fix: 'take this layer out of the rule, or give it another law: Constant, Normal, Uniform, TruncNormal',
    path,
  });
}

function noKernel({ path, shape }: MatrixSource, why: string): PlanError {
  return new PlanError({
    code: 'no-kernel',
    what: `a parameter of shape ${formatShape(shape)} is no kernel that 'DeltaOrthogonal' could set: ${why}`,
    expected: 'the kernel of a convolution over 1, 2 or 3 dimensions, in one group: axes in, out and spatial',
    fix: "take this layer out of the rule, or use 'Orthogonal'",
    path,
  });
}

function product(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((extent, axis) => extent * (shape[axis] ?? 1), 1);
}
