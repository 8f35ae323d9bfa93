/**
 * Parameter caches of TVM and web-llm: `tensor-cache.json` and its shards.
 *
 * @module
 */
import type { CheckpointFormat } from '@incipit/core';
import { isJson } from '../common/read-json.js';

/** Float32 that was stored as bfloat16 is given as float32. */
export const TVM: CheckpointFormat = {
  name: 'tvm',
  matches: ({ name, head }) =>
    isJson(head) &&
    (/(?:tensor|ndarray)-cache(?:-b16)?\.json$/i.test(name) || /"raw-shard"/.test(new TextDecoder().decode(head))),
  open: async (source, allowance) => (await import('./read-tvm.js')).openTvm(source, allowance),
};
