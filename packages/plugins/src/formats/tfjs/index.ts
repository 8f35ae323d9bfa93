/**
 * The files of TensorFlow.js: `model.json`, or a manifest alone, and its shards; layers and graph models, quantised too.
 *
 * @module
 */
import type { CheckpointFormat } from '@incipit/core';
import { isJson } from '../common/read-json.js';

/** Names are the file's with dots for slashes: `conv1/kernel` is `conv1.kernel`, as the model's own path. */
export const TFJS: CheckpointFormat = {
  name: 'tfjs',
  matches: ({ name, head }) =>
    isJson(head)
      ? /(?:^|[/\\])model\.json$/i.test(name) ||
        /"(?:modelTopology|weightsManifest)"|"(?:layers|graph)-model"/.test(new TextDecoder().decode(head))
      : /^\s*\[\s*\{\s*"(?:paths|weights)"\s*:\s*\[/.test(new TextDecoder().decode(head)),
  open: async (source) => (await import('./read-tfjs.js')).openTfjs(source),
};
