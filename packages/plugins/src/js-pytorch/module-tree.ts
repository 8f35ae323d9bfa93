import {
  AdapterError,
  elementCount,
  joinPath,
  type ModuleNode,
  type ParameterSpec,
  type PlanWarning,
} from '@incipit/core';
import type { Described } from '../described.js';
import { roleByName } from '../roles.js';
import { type ClassNames, layoutOf, type TensorLayout, typesOf } from './module-classes.js';
import type { JsPyTorch, TorchModule, TorchTensor } from './structural-types.js';

/** A module at one of the places where the model holds it. */
interface Place {
  readonly path: string;
  readonly module: TorchModule;
  readonly children: readonly Place[];
  readonly tensors: readonly { readonly name: string; readonly path: string; readonly tensor: TorchTensor }[];
}

interface Description {
  readonly names: ClassNames;
  readonly torch: JsPyTorch;
  /** Every path under which a tensor appears, that with the fewest segments first. */
  readonly paths: ReadonlyMap<TorchTensor, readonly string[]>;
  /** The one place at which each module is described. */
  readonly places: ReadonlyMap<TorchModule, Place>;
}

/**
 * Describes a model: each tensor once (other paths to it are its aliases), each shared module once.
 *
 * @throws AdapterError `cyclic-model` when a module holds itself.
 */
export function describeModel(torch: JsPyTorch, model: TorchModule, names: ClassNames): Described<TorchTensor> {
  const outline = placeOf(torch, model, { path: '', above: [] });
  const paths = new Map<TorchTensor, string[]>();
  const places = new Map<TorchModule, Place>();
  for (const place of shallowFirst(outline)) {
    if (!places.has(place.module)) places.set(place.module, place);
    for (const { tensor, path } of place.tensors) paths.set(tensor, [...(paths.get(tensor) ?? []), path]);
  }
  const parameters = new Map<string, TorchTensor>();
  for (const [tensor, known] of paths) for (const path of known) parameters.set(path, tensor);
  return { root: nodeOf(outline, { names, torch, paths, places }), parameters };
}

function placeOf(
  torch: JsPyTorch,
  module: TorchModule,
  { path, above }: { readonly path: string; readonly above: readonly TorchModule[] },
): Place {
  if (above.includes(module)) {
    throw new AdapterError({
      code: 'cyclic-model',
      what: 'The module holds itself, so its parameters cannot be listed',
      path,
      expected: 'a tree of modules',
      fix: 'keep no reference to an outer module in a field of an inner one',
    });
  }
  const children: Place[] = [];
  const tensors: Place['tensors'][number][] = [];
  for (const [name, value] of module.entries()) {
    const below = joinPath(path, name);
    if (value instanceof torch.nn.Module) {
      children.push(placeOf(torch, value, { path: below, above: [...above, module] }));
    } else if (value instanceof torch.Tensor && !isUnused(module, name)) {
      tensors.push({ name, path: below, tensor: value });
    }
  }
  return { path, module, children, tensors };
}

/** A `Linear` made without a bias holds one all the same, and never adds it. */
function isUnused(module: TorchModule, name: string): boolean {
  return name === 'b' && (module as { readonly has_bias?: unknown }).has_bias === false;
}

/** Breadth first, so that a shared module is described at the place with the fewest names. */
function shallowFirst(root: Place): readonly Place[] {
  const places: Place[] = [root];
  for (const place of places) places.push(...place.children);
  return places;
}

function nodeOf(place: Place, description: Description): ModuleNode {
  const { module, path } = place;
  const layout = layoutOf(module, description.names);
  const warnings = hiddenModules(place, description.torch);
  return {
    path,
    types: typesOf(module, description.names),
    parameters: place.tensors
      .filter((held) => description.paths.get(held.tensor)?.[0] === held.path)
      .map((held) => parameterOf(held, layout[held.name], description)),
    children: place.children
      .filter((child) => description.places.get(child.module) === child)
      .map((child) => nodeOf(child, description)),
    ...(isUnused(module, 'b') ? { absent: ['b'] } : {}),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function parameterOf(
  { name, path, tensor }: Place['tensors'][number],
  layout: TensorLayout | undefined,
  { paths }: Description,
): ParameterSpec {
  const [first = path, ...aliases] = paths.get(tensor) ?? [];
  const shape = [...tensor.shape];
  return {
    path: first,
    role: layout?.role ?? roleByName(name),
    nativeName: name,
    shape,
    dtype: 'float32',
    trainable: tensor.requires_grad && elementCount(shape) > 0,
    ...(layout?.axes.length === shape.length ? { axes: layout.axes } : {}),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}

/** js-pytorch looks for modules and tensors in fields only: what lies in an array is neither trained nor seen here. */
function hiddenModules({ module, path }: Place, torch: JsPyTorch): readonly PlanWarning[] {
  const isPart = (value: unknown): boolean => value instanceof torch.nn.Module || value instanceof torch.Tensor;
  return module
    .entries()
    .filter(([, value]) => Array.isArray(value) && value.some(isPart))
    .map(([name]) => ({
      code: 'hidden-modules',
      message: `js-pytorch does not see the modules or tensors in the array '${name}': give each a field of its own`,
      path: joinPath(path, name),
    }));
}
