import { AdapterError } from '@incipit/core';
import { isObject, type LayerJson, layerName } from './topology-format.js';

/**
 * Checks that each layer's inputs can be had, in some order. tfjs waits for them without end.
 *
 * @throws AdapterError `broken-topology` naming the layers.
 */
export function assertResolvable(model: LayerJson, layers: readonly LayerJson[]): void {
  const known = new Set(layers.map(layerName));
  const waiting = new Map<string, ReadonlySet<string>>();
  for (const layer of layers) {
    const inputs = inputsOf(layer);
    const missing = inputs.find((input) => !known.has(input));
    if (missing !== undefined) {
      throw broken(model, `layer '${layerName(layer)}' takes its input from '${missing}', which is not in the model`);
    }
    waiting.set(layerName(layer), new Set(inputs));
  }
  // A shared layer may feed itself through another call, so only layers that can never start are refused.
  const started = new Set<string>();
  for (let progress = true; progress; ) {
    progress = false;
    for (const [name, inputs] of waiting) {
      if (inputs.size > 0 && ![...inputs].some((input) => started.has(input))) continue;
      started.add(name);
      waiting.delete(name);
      progress = true;
    }
  }
  if (waiting.size > 0) throw broken(model, `the layers ${[...waiting.keys()].join(', ')} wait for one another`);
}

function inputsOf(layer: LayerJson): readonly string[] {
  const nodes = layer['inbound_nodes'];
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => {
    if (Array.isArray(node)) return node.flatMap((input: unknown) => (Array.isArray(input) ? [String(input[0])] : []));
    if (!isObject(node)) return [];
    throw new AdapterError({
      code: 'unsupported-topology',
      what: `Layer '${layerName(layer)}' has its inputs written as Keras 3 writes them, which tfjs does not read`,
      expected: 'a topology of Keras 2 (`tf_keras`) or of tfjs',
      fix: 'save the model with Keras 2, or convert it with tensorflowjs_converter',
    });
  });
}

function broken(model: LayerJson, what: string): AdapterError {
  return new AdapterError({
    code: 'broken-topology',
    what: `In the model '${layerName(model)}' ${what}`,
    fix: "correct the layers' `inbound_nodes`",
  });
}
