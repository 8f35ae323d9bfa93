import { PlanError } from '../errors.js';
import type { Axis, ParameterSpec } from '../ir/parameter.js';
import { formatShape, type Shape } from '../ir/shape.js';
import type { FanMode, Fans } from './initializer.js';

/** What fans are computed from. */
export type FanSource = Pick<ParameterSpec, 'path' | 'shape' | 'axes' | 'groups' | 'groupedSide' | 'slices'>;

/**
 * Units feeding and units fed by one parameter, receptive field included.
 *
 * With `axes`, from the named axes: a fused axis counts once for each slice, a group only its own channels, a
 * look-up table `[vocabulary, embedding]` as torch and flax count it (fan-in is `embedding`). With `torch` or
 * `mmengine`, from the shape alone: `shape[1]` and `shape[0]` times the rest.
 *
 * @throws PlanError `no-fans` for a parameter with fewer than 2 dimensions, an elementwise one, or one without axes.
 * @example computeFans({ path: 'w', shape: [3, 3, 64, 128], axes: ['spatial', 'spatial', 'in', 'out'] }, 'axes')
 * // { fanIn: 576, fanOut: 1152 }
 */
export function computeFans(parameter: FanSource, mode: FanMode): Fans {
  if (parameter.shape.length < 2) throw tooFewDimensions(parameter);
  return mode === 'axes' ? fansFromAxes(parameter) : fansFromShape(parameter.shape);
}

/** torch's `_calculate_fan_in_and_fan_out`, for shapes of at least 2 dimensions. */
function fansFromShape(shape: Shape): Fans {
  const [out = 1, input = 1, ...spatial] = shape;
  const receptiveField = spatial.reduce((product, extent) => product * extent, 1);
  return { fanIn: input * receptiveField, fanOut: out * receptiveField };
}

function fansFromAxes(parameter: FanSource): Fans {
  const { axes, shape } = parameter;
  if (axes === undefined || axes.length !== shape.length) {
    throw new PlanError({
      code: 'no-fans',
      what: `fans of shape ${formatShape(shape)} need ${shape.length} named axes, and the adapter gives ${axes?.length ?? 'none'}`,
      fix: "name the axes, use a law that needs no fans (Constant, Normal, Uniform, TruncNormal), or set fans: 'torch'",
      path: parameter.path,
    });
  }
  const units = axes.some((axis) => axis !== 'elementwise' && axis !== 'spatial');
  if (axes.includes('elementwise') || !units) throw tooFewDimensions(parameter);
  const extent = (wanted: Axis): number => extentOf(parameter, axes, wanted);
  const receptiveField = extent('spatial');
  if (axes.includes('vocabulary') || axes.includes('embedding')) {
    return { fanIn: extent('embedding'), fanOut: extent('vocabulary') };
  }
  // Each channel has a filter of its own: one input feeds `multiplier` outputs.
  if (axes.includes('channel')) return { fanIn: receptiveField, fanOut: extent('multiplier') * receptiveField };
  const groups = parameter.groups ?? 1;
  const divided = parameter.groupedSide ?? 'in';
  return {
    fanIn: (extent('in') / (divided === 'in' ? 1 : groups)) * receptiveField,
    fanOut: (extent('out') / (divided === 'out' ? 1 : groups)) * receptiveField,
  };
}

/** Product of the extents under one name; a fused axis counts as one of its equal parts. */
function extentOf(parameter: FanSource, axes: readonly Axis[], wanted: Axis): number {
  return parameter.shape.reduce((product, extent, axis) => {
    if (axes[axis] !== wanted) return product;
    const parts = parameter.slices?.axis === axis ? parameter.slices.names.length : 1;
    return product * (extent / parts);
  }, 1);
}

function tooFewDimensions(parameter: FanSource): PlanError {
  const rank = parameter.shape.length;
  const why = rank < 2 ? `it has ${rank}` : 'its axes are elementwise and mix no units';
  return new PlanError({
    code: 'no-fans',
    what: `fan in and fan out cannot be computed for a parameter with fewer than 2 dimensions: ${why}, shape ${formatShape(parameter.shape)}`,
    expected: 'a weight that maps units to units',
    fix: 'take this layer out of the rule, or give it a law that needs no fans: Constant, Normal, Uniform, TruncNormal',
    path: parameter.path,
  });
}
