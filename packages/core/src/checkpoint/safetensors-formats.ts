import type { CheckpointFormat } from './format.js';
import { openSafetensorsSource } from './safetensors.js';
import { MAX_HEADER_BYTES } from './safetensors-header.js';
import { safetensorsFile } from './safetensors-layout.js';
import { shardedLayout } from './sharded-layout.js';
import { openShardedSafetensors } from './sharded-safetensors.js';
import type { WritableFormat } from './writable-format.js';

const LEFT_BRACE = 0x7b;

/** One file: eight bytes of length, then JSON. */
export const SAFETENSORS: CheckpointFormat & WritableFormat = {
  name: 'safetensors',
  endings: ['.safetensors'],
  matches({ name, head }) {
    if (/\.safetensors$/i.test(name)) return true;
    if (head.byteLength < 9 || head[8] !== LEFT_BRACE) return false;
    return new DataView(head.buffer, head.byteOffset).getBigUint64(0, true) <= BigInt(MAX_HEADER_BYTES);
  },
  open: openSafetensorsSource,
  async layOut(request) {
    const { header, places } = safetensorsFile(request);
    return { files: [request.name], places, pieces: [header] };
  },
};

export interface ShardOptions {
  /** Most bytes of tensors in a shard; a larger tensor gets a shard of its own. Default 5 GB. */
  readonly maxShardBytes?: number | undefined;
}

/** Many files, and JSON that says which tensor is where: `model.safetensors.index.json`. */
export function shardedSafetensors(options: ShardOptions = {}): CheckpointFormat & WritableFormat {
  return {
    name: 'safetensors index',
    endings: ['.safetensors.index.json'],
    matches({ name, head }) {
      if (/\.safetensors\.index\.json$/i.test(name)) return true;
      return head[0] === LEFT_BRACE && new TextDecoder().decode(head).includes('"weight_map"');
    },
    open: openShardedSafetensors,
    layOut: (request) => shardedLayout(request, options.maxShardBytes),
  };
}

/** What core reads and writes by itself. */
export const OWN_FORMATS: readonly (CheckpointFormat & WritableFormat)[] = [shardedSafetensors(), SAFETENSORS];
