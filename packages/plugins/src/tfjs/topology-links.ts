import { AdapterError } from '@incipit/core';
import { isObject, type LayerJson, layerName } from './topology-format.js';

/** One call of a layer, and the earlier calls whose outputs it takes. */
interface Call {
  readonly layer: string;
  readonly inputs: readonly { readonly layer: string; readonly call: number }[];
}

/** Layers that have an output before anything is called: inputs, and models, which were built inside. */
const READY: readonly string[] = ['InputLayer', 'Sequential', 'Functional', 'Model'];

/**
 * Checks that each layer's inputs can be had, in some order. tfjs waits for them without end.
 *
 * @throws AdapterError `broken-topology` naming the layers.
 */
export function assertResolvable(model: LayerJson, layers: readonly LayerJson[]): void {
  const outputs = new Map(layers.map((layer) => [layerName(layer), READY.includes(layer.class_name) ? 1 : 0]));
  let waiting = layers.flatMap(callsOf);
  for (const { layer, inputs } of waiting) {
    const missing = inputs.find((input) => !outputs.has(input.layer));
    if (missing === undefined) continue;
    throw broken(model, `layer '${layer}' takes its input from '${missing.layer}', which is not in the model`);
  }
  for (let before = waiting.length + 1; waiting.length < before; ) {
    before = waiting.length;
    waiting = waiting.filter(({ layer, inputs }) => {
      if (inputs.some((input) => (outputs.get(input.layer) ?? 0) <= input.call)) return true;
      outputs.set(layer, (outputs.get(layer) ?? 0) + 1);
      return false;
    });
  }
  if (waiting.length === 0) return;
  const names = [...new Set(waiting.map(({ layer }) => layer))];
  throw broken(model, `these layers wait for inputs that never come: ${names.join(', ')}`);
}

function callsOf(layer: LayerJson): readonly Call[] {
  const nodes = layer['inbound_nodes'];
  if (!Array.isArray(nodes)) return [];
  return nodes.map((node: unknown) => {
    if (isObject(node)) throw keras3(layer);
    const inputs = Array.isArray(node) ? node.filter(Array.isArray) : [];
    return {
      layer: layerName(layer),
      inputs: inputs.map(([name, call]: unknown[]) => ({ layer: String(name), call: Number(call ?? 0) })),
    };
  });
}

function keras3(layer: LayerJson): AdapterError {
  return new AdapterError({
    code: 'unsupported-topology',
    what: `Layer '${layerName(layer)}' has its inputs written as Keras 3 writes them, which tfjs does not read`,
    expected: 'a topology of Keras 2 (`tf_keras`) or of tfjs',
    fix: 'save the model with Keras 2, or convert it with tensorflowjs_converter',
  });
}

function broken(model: LayerJson, what: string): AdapterError {
  return new AdapterError({
    code: 'broken-topology',
    what: `In the model '${layerName(model)}' ${what}`,
    fix: "correct the layers' `inbound_nodes`",
  });
}
