import { CheckpointError } from '../errors.js';
import type { ByteSource } from './format.js';

/** Bytes that are already in memory, for instance a response in a browser. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    async read(offset, length) {
      if (offset + length > bytes.byteLength) {
        throw new CheckpointError({
          code: 'truncated',
          what: `'${name}' ends at byte ${bytes.byteLength}; bytes ${offset} to ${offset + length} were asked for`,
        });
      }
      return bytes.slice(offset, offset + length);
    },
    async close() {},
  };
}
