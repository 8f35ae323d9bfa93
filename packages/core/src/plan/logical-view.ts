import { PlanError } from '../errors.js';
import type { Assignment } from '../initializers/initializer.js';
import { type DrawOrder, drawnShape } from '../ir/draw-order.js';
import type { Law } from '../ir/law.js';
import type { Axis, ParameterSpec, Slices } from '../ir/parameter.js';
import { formatShape } from '../ir/shape.js';

/** What an order of logical coordinates is called. */
export type Canonical = 'oihw';

/** An assignment, and how the values lie that it is about. */
export interface PlacedAssignment extends Assignment {
  /** Absent when the values are drawn as they lie. */
  readonly order?: DrawOrder;
}

/** Outputs, then inputs, then space: torch's order of a convolution's and a linear layer's weight. */
const RANKS: Readonly<Record<Axis, number>> = {
  out: 0,
  channel: 0,
  vocabulary: 0,
  multiplier: 1,
  in: 2,
  embedding: 2,
  spatial: 3,
  elementwise: 4,
};

/** Fused parts in torch's order and under its names. */
const FUSED: readonly (readonly string[])[] = [
  ['i', 'f', 'g', 'o'],
  ['r', 'z', 'n'],
  ['q', 'k', 'v'],
];

/** Keras's names of the candidate state of an LSTM and of a GRU. */
const TORCH_NAMES: Readonly<Record<string, string>> = { c: 'g', h: 'n' };

/** A parameter with its axes and fused parts in logical order, and how that lies in the model. */
interface LogicalView {
  readonly parameter: ParameterSpec;
  readonly order: DrawOrder | undefined;
}

/**
 * Asks an initializer about a parameter as it is in logical order, so that it gives the law that any other framework's
 * parameter of the same units would get.
 *
 * @throws PlanError `no-axes` for random values of a parameter whose axes are not known.
 */
export function assignInLogicalOrder(
  parameter: ParameterSpec,
  ask: (seen: ParameterSpec) => Assignment | undefined,
): PlacedAssignment | undefined {
  const view = logicalView(parameter);
  const assignment = ask(view?.parameter ?? parameter);
  if (assignment === undefined || !isArranged(assignment.law)) return assignment;
  if (view === undefined) throw noAxes(parameter);
  return view.order === undefined ? assignment : { ...assignment, order: view.order };
}

/**
 * Places a law that a layer or a user gives for a parameter as it lies. Segments, host functions and an orthogonal matrix
 * at a place of its own stay there, and `warn` tells of it.
 *
 * @throws PlanError as {@link assignInLogicalOrder} does.
 */
export function placeGivenLaw(
  parameter: ParameterSpec,
  law: Law,
  warn: (code: string, message: string, path?: string) => void,
): PlacedAssignment {
  if (!isArranged(law)) return { law };
  const view = logicalView(parameter);
  if (view === undefined) throw noAxes(parameter);
  const { order } = view;
  if (order === undefined) return { law };
  switch (law.kind) {
    case 'uniform':
    case 'normal':
    case 'truncated-normal':
    case 'kernel':
      return { law, order };
    case 'orthogonal': {
      const drawn = law.place === undefined ? drawnMatrix(law, parameter, order) : undefined;
      if (drawn !== undefined) return { law: drawn, order };
    }
  }
  const { path } = parameter;
  warn('native-order', `'${path}' is drawn as it lies: its law, ${law.kind}, is given for that order`, path);
  return { law };
}

/** Whether it matters in which order the values of a law lie, and a stream or a law decides it. */
function isArranged(law: Law): boolean {
  return law.kind !== 'constant' && law.kind !== 'copy' && law.kind !== 'identity';
}

/** Undefined for a parameter whose axes are not known. */
function logicalView(parameter: ParameterSpec): LogicalView | undefined {
  const { shape, slices } = parameter;
  const names = parameter.axes ?? (shape.length < 2 ? shape.map(() => 'elementwise' as const) : undefined);
  if (names?.length !== shape.length || !names.every((name) => Object.hasOwn(RANKS, name))) return undefined;
  const axes = shape.map((_, axis) => axis).sort((a, b) => rankOf(names, a) - rankOf(names, b));
  const parts = slices === undefined ? undefined : partsInOrder(slices, shape[slices.axis] ?? 0);
  const isOrdered = axes.every((axis, index) => axis === index);
  if (isOrdered && parts === undefined) return { parameter, order: undefined };
  const order: DrawOrder = {
    axes,
    ...(slices === undefined || parts === undefined ? {} : { slices: { axis: slices.axis, parts } }),
  };
  const seen: ParameterSpec = {
    ...parameter,
    shape: drawnShape(shape, order),
    axes: axes.map((axis) => names[axis] ?? 'elementwise'),
    ...(slices === undefined ? {} : { slices: drawnSlices(slices, axes, parts) }),
  };
  return { parameter: seen, order };
}

/** The sort is stable: several axes of one name stay in their order. */
function rankOf(names: readonly Axis[], axis: number): number {
  return RANKS[names[axis] ?? 'elementwise'];
}

/** Undefined when the parts are in order, or are not the gates or projections that torch fuses. */
function partsInOrder({ names }: Slices, extent: number): readonly number[] | undefined {
  const torch = names.map((name) => TORCH_NAMES[name] ?? name);
  const fused = FUSED.find((order) => order.length === torch.length && order.every((name) => torch.includes(name)));
  if (fused === undefined || extent % names.length !== 0) return undefined;
  const parts = fused.map((name) => torch.indexOf(name));
  return parts.every((part, index) => part === index) ? undefined : parts;
}

function drawnSlices({ axis, names }: Slices, axes: readonly number[], parts: readonly number[] | undefined): Slices {
  return { axis: axes.indexOf(axis), names: parts?.map((part) => names[part] ?? '') ?? names };
}

type WholeMatrix = Extract<Law, { kind: 'orthogonal' }>;

/**
 * The law of the drawn tensor for a matrix that is the parameter as it lies: outputs × everything else. Undefined when
 * they lie mixed there.
 */
function drawnMatrix(law: WholeMatrix, { shape }: ParameterSpec, { axes }: DrawOrder): WholeMatrix | undefined {
  const { rows, columns } = law;
  const rowAxes = leadingAxes(shape, rows);
  const isTransposed = !axes.slice(0, rowAxes).every((axis) => axis < rowAxes);
  const first = isTransposed ? shape.length - rowAxes : rowAxes;
  const isMixed = axes.slice(0, first).some((axis) => axis < rowAxes === isTransposed);
  if (isMixed) return undefined;
  return isTransposed ? { ...law, rows: columns, columns: rows } : law;
}

/** How many of the first axes have so many elements together. */
function leadingAxes(shape: ParameterSpec['shape'], elements: number): number {
  let product = 1;
  const found = shape.findIndex((extent) => {
    product *= extent;
    return product === elements;
  });
  return found + 1;
}

function noAxes({ path, shape, axes }: ParameterSpec): PlanError {
  const known = Object.keys(RANKS).join(', ');
  return new PlanError({
    code: 'no-axes',
    what: `the logical order of shape ${formatShape(shape)} needs ${shape.length} named axes, and the adapter gives ${axes?.join(', ') ?? 'none'}`,
    expected: `one of ${known} for each axis`,
    fix: "name the axes, or leave out canonical: 'oihw'",
    path,
  });
}
