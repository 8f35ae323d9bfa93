import { fieldOf, type TensorFlow, type TfLayer } from './structural-types.js';

/** A value that a graph of layers is made of: tfjs's `SymbolicTensor`. */
export type TfSymbol = object;

/** The namespace with what making layers needs, by structure as the rest. */
export interface TfLayers<Model extends TfLayer = TfLayer> extends TensorFlow<Model> {
  readonly layers: { readonly Layer: abstract new (...args: never[]) => TfLayer };
  sequential(config: never): TfLayer;
  model(config: never): TfLayer;
  input(config: never): TfSymbol;
}

/** Puts a layer behind the others of a Sequential. */
export function addLayer(model: TfLayer, layer: TfLayer): void {
  (fieldOf(model, 'add') as (added: TfLayer) => void).call(model, layer);
}

/** Calls a layer in a graph. */
export function applyLayer(layer: TfLayer, inputs: TfSymbol | readonly TfSymbol[]): TfSymbol | readonly TfSymbol[] {
  return (fieldOf(layer, 'apply') as (values: unknown) => TfSymbol | readonly TfSymbol[]).call(layer, inputs);
}

/** Runs what builds weights; when it throws, the weights that were built are disposed. */
export function buildingIn<R>(tf: TensorFlow, build: () => R): R {
  const before = new Set(Object.values(tf.engine().registeredVariables));
  try {
    return build();
  } catch (error) {
    for (const variable of Object.values(tf.engine().registeredVariables)) {
      if (!before.has(variable)) variable.dispose();
    }
    throw error;
  }
}
