import { CheckpointError } from '../errors.js';
import type { CheckpointOpener } from './format.js';
import { memorySource } from './memory-source.js';
import { openSafetensorsSource } from './safetensors.js';

/** What a config's checkpoint names mean where nobody said otherwise: URLs, relative to the page, in browsers. */
export const defaultCheckpoints: CheckpointOpener = async (source) => {
  const response = await fetch(source).catch((cause: unknown) => {
    throw new CheckpointError({ code: 'unreadable', what: `checkpoint '${source}' cannot be fetched`, cause });
  });
  if (!response.ok) {
    throw new CheckpointError({
      code: response.status === 404 ? 'not-found' : 'unreadable',
      what: `checkpoint '${source}' cannot be fetched: the server answered ${response.status}`,
      fix: 'check the address, or pass checkpoints: your own opener',
    });
  }
  return openSafetensorsSource(memorySource(source, new Uint8Array(await response.arrayBuffer())));
};
