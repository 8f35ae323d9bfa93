import { memorySink } from './memory-sink.js';
import type { CheckpointPlace } from './writable-format.js';

/** A folder in memory, where there are no files. */
export interface MemoryPlace extends CheckpointPlace {
  /** What was written, by the names of the files. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * Makes a place in memory for a checkpoint, of one file or several.
 *
 * @example
 * const place = memoryPlace('model.safetensors');
 * await writeCheckpointTo(place, SAFETENSORS, { tensors: model.tensors() });
 * const blob = new Blob([...place.files.values()]);
 */
export function memoryPlace(name: string): MemoryPlace {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    name,
    files,
    async sink(file) {
      const sink = memorySink();
      const { write, abort } = sink;
      const commit = async (): Promise<void> => {
        await sink.commit();
        files.set(file, sink.bytes);
      };
      return { write, commit, abort };
    },
    has: async (file) => files.has(file),
    remove: async (file) => void files.delete(file),
  };
}
