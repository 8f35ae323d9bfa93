import { AdapterError, joinPath, type PlanWarning } from '@incipit/core';
import { makeUnique, type NamedLayer, siblingNames } from './layer-names.js';
import { fieldOf, isLayer, type TfLayer, type TfVariable } from './structural-types.js';

/** Marks a nested model whose name is the topology's own, though it looks like one of tfjs's automatic names. */
export const GIVEN_NAME: unique symbol = Symbol.for('incipit.tfjs.given-name');

/** One place where a layer stands; a shared layer stands in several. */
export interface Outline {
  readonly layer: TfLayer;
  /** Holds the weights of a recurrent layer; its own segment would say nothing, so it has none. */
  readonly cell: TfLayer | undefined;
  readonly path: string;
  /** Names from the root, unescaped. */
  readonly segments: readonly string[];
  /** Weights of this layer and its cell, in order of creation, without those of the children. */
  readonly weights: readonly OutlinedWeight[];
  readonly children: readonly Outline[];
  readonly warnings: readonly PlanWarning[];
  /** False when the layer or one above it is frozen. */
  readonly trainable: boolean;
}

/** A weight where its layer stands. */
export interface OutlinedWeight {
  readonly variable: TfVariable;
  readonly nativeName: string;
  readonly path: string;
}

interface Child {
  readonly layer: TfLayer;
  readonly prefix?: string;
}

/**
 * Where everything stands: the layers below one another, with their paths.
 *
 * @throws AdapterError `unbuilt-model` naming the layers that have no weights yet.
 */
export function outlineOf(model: TfLayer): Outline {
  const unbuilt = unbuiltLayers(model);
  if (unbuilt.length > 0) {
    throw new AdapterError({
      code: 'unbuilt-model',
      what: `Layers of the tfjs model '${model.name}' have no weights yet: ${unbuilt.join(', ')}`,
      expected: 'a model whose input shape is known, so that its weights exist',
      fix: 'give the first layer an `inputShape`, add layers to an empty model, or call the model once',
    });
  }
  return outline(model, [], true);
}

/** Every outline, parents first. */
export function withBelow(outline: Outline): readonly Outline[] {
  return [outline, ...outline.children.flatMap(withBelow)];
}

/**
 * Which of a shared layer's places is its own: the one with the fewest segments, then the first by name. Not the first
 * visited, since tfjs sorts layers by depth, which changes when layers are added behind them.
 */
export function comparePlaces(a: Outline, b: Outline): number {
  if (a.segments.length !== b.segments.length) return a.segments.length - b.segments.length;
  const at = a.segments.findIndex((segment, index) => segment !== b.segments[index]);
  return at < 0 ? 0 : (a.segments[at] ?? '') < (b.segments[at] ?? '') ? -1 : 1;
}

function outline(layer: TfLayer, segments: readonly string[], trainableAbove: boolean): Outline {
  const path = segments.reduce(joinPath, '');
  const cell = hoistedCell(layer);
  const children = childrenOf(layer);
  const { names, repeated } = siblingNames(children.map(namedLayer));
  const warnings = [...repeated].map(([index, name]): PlanWarning => {
    const child = joinPath(path, names[index] ?? name);
    return {
      code: 'repeated-name',
      path: child,
      message: `Two modules${path === '' ? '' : ` in '${path}'`} have the name '${name}'; the later one is '${child}'`,
    };
  });
  const trainable = trainableAbove && fieldOf(layer, 'trainable') !== false;
  return {
    layer,
    cell,
    path,
    segments,
    weights: ownWeights(layer, children, path),
    children: children.map((child, index) => outline(child.layer, [...segments, names[index] ?? ''], trainable)),
    warnings,
    trainable,
  };
}

function namedLayer(child: Child): NamedLayer {
  return {
    name: child.layer.name,
    className: child.layer.getClassName(),
    given: GIVEN_NAME in child.layer,
    ...(child.prefix === undefined ? {} : { prefix: child.prefix }),
  };
}

/** The cell of a recurrent layer; a stack of cells is children instead. */
function hoistedCell(layer: TfLayer): TfLayer | undefined {
  const cell = fieldOf(layer, 'cell');
  return isLayer(cell) && !Array.isArray(fieldOf(cell, 'cells')) ? cell : undefined;
}

function childrenOf(layer: TfLayer): readonly Child[] {
  const [forward, backward] = [fieldOf(layer, 'forwardLayer'), fieldOf(layer, 'backwardLayer')];
  if (isLayer(forward) && isLayer(backward)) {
    // `.layer` of a Bidirectional is the template that both were copied from; it never gets weights.
    return [
      { layer: forward, prefix: 'forward_' },
      { layer: backward, prefix: 'backward_' },
    ];
  }
  const cell = fieldOf(layer, 'cell');
  const stack = isLayer(cell) ? fieldOf(cell, 'cells') : fieldOf(layer, 'cells');
  const candidates = [fieldOf(layer, 'layers'), fieldOf(layer, 'layer'), stack].flat();
  return [...new Set(candidates)].filter(isLayer).map((child) => ({ layer: child }));
}

function ownWeights(layer: TfLayer, children: readonly Child[], path: string): readonly OutlinedWeight[] {
  const below = new Set(children.flatMap((child) => child.layer.weights));
  // `weights` lists the trainable ones first, so freezing one would reorder them; ids count creations.
  const own = layer.weights.filter((variable) => !below.has(variable)).sort((a, b) => a.id - b.id);
  const { names } = makeUnique(own.map((variable) => variable.originalName.split('/').at(-1) ?? ''));
  return own.map((variable, index) => {
    const nativeName = names[index] ?? '';
    return { variable, nativeName, path: joinPath(path, nativeName) };
  });
}

/**
 * Names of the layers that were never built. Only direct members count: tfjs leaves `built` false on copies inside a
 * Bidirectional and on a Sequential that was never compiled.
 */
function unbuiltLayers(layer: TfLayer): readonly string[] {
  const members = fieldOf(layer, 'layers');
  if (!Array.isArray(members)) return fieldOf(layer, 'built') === false ? [layer.name] : [];
  if (members.length === 0) return [layer.name];
  return members.filter(isLayer).flatMap(unbuiltLayers);
}
