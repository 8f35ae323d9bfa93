import type { Axis, ParameterSpec, Shape } from '@incipit/core';

/** The tensors of one module by their names, and their shapes. */
type ModuleShapes = ReadonlyMap<string, Shape>;

/** What is known of a parameter of a module. */
type KnownParameter = Partial<Pick<ParameterSpec, 'role' | 'axes' | 'slices'>>;

/** What PyTorch most likely calls a module, and what its parameters are. */
export interface TorchModule {
  /** None when the tensors do not tell. */
  readonly types: readonly string[];
  parameter(name: string, shape: Shape): KnownParameter;
}

interface Recurrent {
  readonly type: string;
  readonly gates: readonly string[];
}

const NORM_TYPES = ['_BatchNorm', '_NormBase'];
const CONVOLUTIONS: Readonly<Record<number, string>> = { 3: 'Conv1d', 4: 'Conv2d', 5: 'Conv3d' };
/** Recurrent modules by how many gates they fuse. */
const RECURRENT: Readonly<Record<number, Recurrent>> = {
  1: { type: 'RNN', gates: [] },
  3: { type: 'GRU', gates: ['r', 'z', 'n'] },
  4: { type: 'LSTM', gates: ['i', 'f', 'g', 'o'] },
};
/** Of a layer, or with no number of a cell. */
const RECURRENT_NAME = /^(weight|bias)_[ih]h(?:_l[0-9]+(?:_reverse)?)?$/;

/** What the names and shapes of a module's tensors tell of it. */
export function torchModule(shapes: ModuleShapes): TorchModule {
  const recurrent = recurrentOf(shapes);
  return {
    types: recurrent === undefined ? typesOf(shapes) : recurrentTypes(shapes, recurrent),
    parameter(name: string, shape: Shape): KnownParameter {
      const [, role] = RECURRENT_NAME.exec(name) ?? [];
      if (recurrent === undefined || role === undefined) return axesOnly(torchAxes(name, shape));
      const { gates } = recurrent;
      return {
        role,
        axes: role === 'weight' ? ['out', 'in'] : ['elementwise'],
        ...(gates.length === 0 ? {} : { slices: { axis: 0, names: gates } }),
      };
    },
  };
}

function axesOnly(axes: readonly Axis[] | undefined): KnownParameter {
  return axes === undefined ? {} : { axes };
}

/** The axes that PyTorch's `weight` and `bias` have by their rank; none for what has another name. */
function torchAxes(name: string, { length: rank }: Shape): readonly Axis[] | undefined {
  if (name !== 'weight' && name !== 'bias') return undefined;
  if (rank === 1) return ['elementwise'];
  if (name === 'bias' || rank < 2 || rank > 5) return undefined;
  return ['out', 'in', ...Array.from({ length: rank - 2 }, () => 'spatial' as const)];
}

function typesOf(shapes: ModuleShapes): readonly string[] {
  if (shapes.has('running_mean')) return NORM_TYPES;
  const rank = shapes.get('weight')?.length ?? 0;
  const convolution = CONVOLUTIONS[rank];
  if (convolution !== undefined) return [convolution, '_ConvNd'];
  return rank === 2 ? ['Linear'] : [];
}

/** The weights of the state are (gates · units, units). Undefined where they are not, as with a projection. */
function recurrentOf(shapes: ModuleShapes): Recurrent | undefined {
  const state = shapes.get('weight_hh_l0') ?? shapes.get('weight_hh');
  if (state?.length !== 2) return undefined;
  const [rows = 0, units = 0] = state;
  const all = [...shapes].filter(([name]) => RECURRENT_NAME.test(name));
  const fits = all.every(
    ([name, [first, ...rest]]) => first === rows && rest.length === (name.startsWith('w') ? 1 : 0),
  );
  return fits ? RECURRENT[rows / units] : undefined;
}

function recurrentTypes(shapes: ModuleShapes, { type }: Recurrent): readonly string[] {
  return shapes.has('weight_hh') ? [`${type}Cell`, 'RNNCellBase'] : [type, 'RNNBase'];
}
