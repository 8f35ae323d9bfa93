/**
 * The files of TensorFlow.js: `model.json`, or a manifest alone, and its shards; layers and graph models, quantised too.
 *
 * @module
 */
import type { CheckpointFormat, WritableFormat } from '@incipit/core';
import { isJson } from '../common/read-json.js';
import type { TfjsWriteOptions } from './write-tfjs.js';

export type { TfjsWriteOptions } from './write-tfjs.js';

/**
 * The format, as it shall be written. With `modelArtifacts` of `@incipit/plugins/tfjs` it is what `tf.loadLayersModel` loads.
 *
 * @example
 * await executeToFile(made, adapter, 'model.json', { formats: [tfjsFormat(modelArtifacts(tf, model))] });
 */
export function tfjsFormat(options: TfjsWriteOptions = {}): CheckpointFormat & WritableFormat {
  return {
    name: 'tfjs',
    endings: ['.json'],
    matches: ({ name, head }) =>
      isJson(head)
        ? /(?:^|[/\\])model\.json$/i.test(name) ||
          /"(?:modelTopology|weightsManifest)"|"(?:layers|graph)-model"/.test(new TextDecoder().decode(head))
        : /^\s*\[\s*\{\s*"(?:paths|weights)"\s*:\s*\[/.test(new TextDecoder().decode(head)),
    open: async (source, allowance) => (await import('./read-tfjs.js')).openTfjs(source, allowance),
    layOut: async (request) => (await import('./write-tfjs.js')).layOutTfjs(request, options),
  };
}

/** Names are the file's with dots for slashes: `conv1/kernel` is `conv1.kernel`, as the model's own path. */
export const TFJS: CheckpointFormat & WritableFormat = tfjsFormat();
