import type { Axis, Shape } from '@incipit/core';

/** The tensors of one module by their names, and their shapes. */
export type ModuleShapes = ReadonlyMap<string, Shape>;

const NORM_TYPES = ['_BatchNorm', '_NormBase'];
const CONVOLUTIONS: Readonly<Record<number, string>> = { 3: 'Conv1d', 4: 'Conv2d', 5: 'Conv3d' };

/** The axes that PyTorch's `weight` and `bias` have by their rank; none for what has another name. */
export function torchAxes(name: string, { length: rank }: Shape): readonly Axis[] | undefined {
  if (name !== 'weight' && name !== 'bias') return undefined;
  if (rank === 1) return ['elementwise'];
  if (name === 'bias' || rank < 2 || rank > 5) return undefined;
  return ['out', 'in', ...Array.from({ length: rank - 2 }, () => 'spatial' as const)];
}

/** What PyTorch most likely calls a module with these tensors; nothing when they do not tell. */
export function torchTypes(shapes: ModuleShapes): readonly string[] {
  if (shapes.has('running_mean')) return NORM_TYPES;
  const rank = shapes.get('weight')?.length ?? 0;
  const convolution = CONVOLUTIONS[rank];
  if (convolution !== undefined) return [convolution, '_ConvNd'];
  return rank === 2 ? ['Linear'] : [];
}
