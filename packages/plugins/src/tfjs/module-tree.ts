import { AdapterError, type Axis, type DType, type ModuleNode, type ParameterSpec } from '@incipit/core';
import type { Described } from '../described.js';
import { roleByName } from '../roles.js';
import { initFieldsOf, initStateOf } from './init-state.js';
import { fallbackLaw } from './keras-initializers.js';
import { type LayerKind, layerKind, type WeightLayout } from './layer-table.js';
import { comparePlaces, type Outline, type OutlinedWeight, outlineOf, withBelow } from './outline.js';
import type { TensorFlow, TfLayer, TfVariable } from './structural-types.js';

const DTYPES: Readonly<Record<string, DType>> = { float32: 'float32', int32: 'int32', bool: 'bool' };

interface Description {
  readonly fresh: boolean;
  /** Every path under which a variable appears, its own first. */
  readonly paths: ReadonlyMap<TfVariable, readonly string[]>;
  /** The one place at which each layer is a module. */
  readonly places: ReadonlyMap<TfLayer, Outline>;
  readonly variables: Map<string, TfVariable>;
}

/**
 * Describes a model: each storage once (other paths to it are its aliases), each shared layer once.
 *
 * @throws AdapterError `unbuilt-model`, `disposed-model`, `foreign-model` or `unknown-initializer`.
 */
export function describeModel(tf: TensorFlow, model: TfLayer, fresh: boolean): Described<TfVariable> {
  const outline = outlineOf(model);
  const paths = new Map<TfVariable, string[]>();
  const places = new Map<TfLayer, Outline>();
  for (const place of [...withBelow(outline)].sort(comparePlaces)) {
    if (!places.has(place.layer)) places.set(place.layer, place);
    for (const { variable, path } of place.weights) paths.set(variable, [...(paths.get(variable) ?? []), path]);
  }
  for (const [variable, [path]] of paths) assertOurs(tf, variable, path ?? '');
  const description: Description = { fresh, paths, places, variables: new Map() };
  return { root: nodeOf(outline, description), parameters: description.variables };
}

function assertOurs(tf: TensorFlow, variable: TfVariable, path: string): void {
  let value: unknown;
  try {
    value = variable.read();
  } catch (cause) {
    throw new AdapterError({
      code: 'disposed-model',
      what: `The weight '${variable.name}' of the tfjs model is disposed`,
      path,
      expected: 'a model whose weights are all alive',
      fix: 'build or load the model again; do not call `dispose()` before it is initialised',
      cause,
    });
  }
  if (value instanceof tf.Variable) return;
  throw new AdapterError({
    code: 'foreign-model',
    what: `The weight '${variable.name}' belongs to another copy of tfjs than the \`tf\` that was passed`,
    path,
    expected: 'a model built by the very `tf` that is passed beside it',
    fix: 'import tfjs once, and see that only one copy of it is installed',
  });
}

function nodeOf(outline: Outline, description: Description): ModuleNode {
  const kind = layerKind(outline.layer);
  const holder = outline.cell ?? outline.layer;
  const weightKind = outline.cell === undefined ? kind : layerKind(outline.cell);
  const parameters = outline.weights
    .filter(({ variable, path }) => description.paths.get(variable)?.[0] === path)
    .map((weight) => parameterOf(weight, { outline, holder, kind: weightKind }, description));
  const present = new Set(outline.weights.map(({ nativeName }) => nativeName));
  const absent = Object.keys(weightKind.layout?.weights ?? {}).filter((name) => !present.has(name));
  const children = outline.children
    .filter((child) => description.places.get(child.layer) === child)
    .map((child) => nodeOf(child, description));
  return {
    path: outline.path,
    types: [...new Set([...kind.types, ...weightKind.types])],
    parameters,
    children,
    ...(absent.length === 0 ? {} : { absent }),
    ...(outline.warnings.length === 0 ? {} : { warnings: outline.warnings }),
    ...initFieldsOf(outline),
  };
}

interface Owner {
  readonly outline: Outline;
  /** The layer or cell whose fields hold the weight's initialiser. */
  readonly holder: TfLayer;
  readonly kind: LayerKind;
}

function parameterOf(weight: OutlinedWeight, owner: Owner, description: Description): ParameterSpec {
  const { variable, nativeName, path } = weight;
  const layout = owner.kind.layout?.weights[nativeName];
  const shape = variable.shape.map((extent) => extent ?? 0);
  const axes = layout === undefined ? undefined : axesOf(layout, shape.length);
  const aliases = description.paths.get(variable)?.slice(1) ?? [];
  const fresh = description.fresh || initStateOf(owner.outline.layer)?.fresh === true;
  const fallback =
    fresh && layout !== undefined ? fallbackLaw({ layer: owner.holder, layout, shape, path }) : undefined;
  description.variables.set(path, variable);
  for (const alias of aliases) description.variables.set(alias, variable);
  return {
    path,
    role: layout?.role ?? roleByName(nativeName),
    nativeName,
    shape,
    dtype: dtypeOf(variable, path),
    trainable: variable.trainable && owner.outline.trainable,
    ...(axes === undefined ? {} : { axes }),
    ...(layout?.gates === undefined ? {} : { slices: { axis: shape.length - 1, names: layout.gates } }),
    ...(fallback === undefined ? {} : { fallback }),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}

/** The axes' names; none when a subclass gave the weight another rank than the table expects. */
function axesOf(layout: WeightLayout, rank: number): readonly Axis[] | undefined {
  if (layout.axes === 'elementwise') return Array.from({ length: rank }, () => 'elementwise' as const);
  return layout.axes.length === rank ? layout.axes : undefined;
}

/** @throws AdapterError `unknown-dtype` for strings and complex numbers. */
export function dtypeOf(variable: { readonly name: string; readonly dtype: string }, path: string): DType {
  const dtype = DTYPES[variable.dtype];
  if (dtype !== undefined) return dtype;
  throw new AdapterError({
    code: 'unknown-dtype',
    what: `The weight '${variable.name}' has the dtype '${variable.dtype}'`,
    path,
    expected: `one of ${Object.keys(DTYPES).join(', ')}`,
  });
}
