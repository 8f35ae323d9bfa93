import { CheckpointError } from '../errors.js';
import type { ByteSource } from './format.js';

/**
 * Bytes that are already in memory, for instance a response in a browser.
 *
 * @param files what lies beside, by name: the shards of an index, for instance.
 */
export function memorySource(
  name: string,
  bytes: Uint8Array,
  files: Readonly<Record<string, Uint8Array>> = {},
): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.byteLength)) {
        throw new CheckpointError({
          code: 'truncated',
          what: `'${name}' ends at byte ${bytes.byteLength}; bytes ${offset} to ${offset + length} were asked for`,
        });
      }
      return bytes.slice(offset, offset + length);
    },
    async beside(sibling) {
      const found = Object.hasOwn(files, sibling) ? files[sibling] : undefined;
      if (found !== undefined) return memorySource(sibling, found, files);
      throw new CheckpointError({ code: 'not-found', what: `'${sibling}', which '${name}' names, was not given` });
    },
    async close() {},
  };
}
