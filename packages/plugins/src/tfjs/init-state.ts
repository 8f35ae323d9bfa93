import { ADAPTER, type Adaptable, type Adapter, type ModuleNode, type Plan } from '@incipit/core';
import { type Outline, outlineOf, withBelow } from './outline.js';
import { fieldOf, isLayer, type TfLayer } from './structural-types.js';

/** What Incipit knows of a layer that was built from a config. */
export interface InitState {
  /** The layer's own rules, unbuilt. */
  readonly initCfg: unknown;
  /** True after a run that carried its rules out. */
  isInit: boolean;
  /** True while its values mean nothing: no run has set them yet. */
  fresh: boolean;
}

/** A model that a config built: tfjs's own, which `initWeights` and its kin take as it is. */
export type Built<Model extends TfLayer = TfLayer> = Model & Adaptable;

/** Lies on the layer itself, so that two copies of this plug-in see the same. */
const STATE: unique symbol = Symbol.for('incipit.tfjs.init-state');

/** The state of a layer that a config built; undefined for any other. */
export function initStateOf(layer: TfLayer): InitState | undefined {
  return (layer as { readonly [STATE]?: InitState })[STATE];
}

/**
 * Gives a layer, before it is built, its rules, and stops tfjs's own initialisers: its weights will be zeros until a
 * run of Incipit's sets them.
 */
export function prepare<L extends TfLayer>(layer: L, initCfg: unknown): L {
  setState(layer, initCfg);
  for (const part of [layer, ...partsOf(layer)]) stopInitializers(part);
  return layer;
}

function setState(layer: TfLayer, initCfg: unknown): void {
  const state: InitState = { initCfg, isInit: false, fresh: true };
  Object.defineProperty(layer, STATE, { value: state, configurable: true });
}

/** The rules of a wrapped layer and its parts, for the copies that tfjs makes of it. */
export function copyState(from: TfLayer, to: TfLayer): void {
  const copies = [to, ...partsOf(to)];
  for (const [index, part] of [from, ...partsOf(from)].entries()) {
    const state = initStateOf(part);
    const copy = copies[index];
    if (state !== undefined && copy !== undefined) setState(copy, state.initCfg);
  }
}

/** Cells and wrapped layers, which a layer builds together with itself. */
function partsOf(layer: TfLayer): readonly TfLayer[] {
  const fields = ['layer', 'forwardLayer', 'backwardLayer', 'cell', 'cells'].map((name) => fieldOf(layer, name));
  const parts = fields.flat().filter(isLayer);
  return [...parts, ...parts.flatMap(partsOf)];
}

function stopInitializers(layer: TfLayer): void {
  const stop = fieldOf(layer, 'setFastWeightInitDuringBuild');
  if (typeof stop === 'function') stop.call(layer, true);
}

/** Lets a model bring its adapter along: `initWeights(model)`. */
export function makeAdaptable(layer: TfLayer, adapter: () => Adapter): void {
  Object.defineProperty(layer, ADAPTER, { value: adapter, configurable: true });
}

/** What a place's node says of its own rules: the layer's, then those of its cell, which has no node of its own. */
export function initFieldsOf({ layer, cell }: Outline): Pick<ModuleNode, 'initCfg' | 'isInit'> {
  const states = [initStateOf(layer), cell === undefined ? undefined : initStateOf(cell)];
  const known = states.filter((state) => state !== undefined);
  const configs = known.map((state) => state.initCfg ?? undefined).filter((cfg) => cfg !== undefined);
  const container = Array.isArray(fieldOf(layer, 'layers'));
  // A leaf without rules is a plain layer, as in any other model.
  if (configs.length === 0 && !(container && known.length > 0)) return {};
  // One config stays itself: it knows where it was written.
  const initCfg = configs.length === 1 ? configs[0] : configs.flat();
  return { initCfg, isInit: known.every((state) => state.isInit) };
}

/** Notes in a model what a run has carried out. */
export function markInitialized(model: TfLayer, plan: Plan): void {
  const done = new Set(plan.initialized);
  for (const { layer, cell, path } of withBelow(outlineOf(model))) {
    for (const state of [initStateOf(layer), cell === undefined ? undefined : initStateOf(cell)]) {
      if (state === undefined) continue;
      state.fresh = false;
      if (done.has(path)) state.isInit = true;
    }
  }
}
