import { AdapterError } from '@incipit/core';
import { assertTensorFlow } from './adapter.js';
import { describeModel } from './module-tree.js';
import { fieldOf, type TensorFlow, type TfLayer } from './structural-types.js';

/** What a `model.json` has of a model beside its weights; options of `tfjsFormat`. */
export interface ModelArtifacts {
  /** What `model.toJSON()` gives, parsed. */
  readonly topology: object;
  /** The name that tfjs gives the weight of a path: `conv1/kernel`. */
  nameOf(path: string): string;
}

/**
 * What makes a checkpoint of a layers model one that `tf.loadLayersModel` loads.
 *
 * @throws AdapterError `not-a-model` for a layer, which has no topology; as {@link tfjs} does.
 * @example
 * import { tfjsFormat } from '@incipit/plugins/formats/tfjs';
 * await executeToFile(made, tfjs(tf, model), 'model.json', { formats: [tfjsFormat(modelArtifacts(tf, model))] });
 */
export function modelArtifacts(tf: TensorFlow, model: TfLayer): ModelArtifacts {
  assertTensorFlow(tf);
  const { parameters } = describeModel(tf, model, false);
  return { topology: topologyOf(model), nameOf: (path) => parameters.get(path)?.originalName ?? path };
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
