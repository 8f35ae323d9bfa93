import { AdapterError, type WritableFormat } from '@incipit/core';
import { tfjsFormat } from '../formats/tfjs/index.js';
import { assertTensorFlow } from './adapter.js';
import { describeModel } from './module-tree.js';
import { fieldOf, type TensorFlow, type TfLayer } from './structural-types.js';

/**
 * The format in which a layers model is written so that `tf.loadLayersModel` loads it: `model.json` with the model's
 * topology, and its weights in shards under the names that tfjs gives them.
 *
 * @param model the one whose parameters are written, for instance by `executeToFile`.
 * @throws AdapterError `not-a-model` for a layer, which has no topology; as {@link tfjs} does.
 * @example
 * await executeToFile(made, tfjs(tf, model), 'model.json', { formats: [layersModelFormat(tf, model)] });
 */
export function layersModelFormat(
  tf: TensorFlow,
  model: TfLayer,
  options: { readonly maxShardBytes?: number | undefined } = {},
): WritableFormat {
  assertTensorFlow(tf);
  const names = new Map([...describeModel(tf, model, false).variables].map(([path, v]) => [path, v.originalName]));
  return tfjsFormat({ ...options, topology: topologyOf(model), nameOf: (path) => names.get(path) ?? path });
}

function topologyOf(model: TfLayer): object {
  const toJson = fieldOf(model, 'toJSON');
  if (typeof toJson === 'function') return toJson.call(model, undefined, false) as object;
  throw new AdapterError({
    code: 'not-a-model',
    what: `The layer '${model.name}' is no model: it has weights, and no topology that could be written`,
    expected: 'a tf.LayersModel or a tf.Sequential',
  });
}
