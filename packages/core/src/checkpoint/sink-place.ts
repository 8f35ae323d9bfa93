import { CheckpointError } from '../errors.js';
import type { ByteSink } from './format.js';
import type { CheckpointPlace } from './writable-format.js';

/** One sink, for formats that write one file. What fails leaves it aborted. */
export function sinkPlace(sink: ByteSink, name: string = 'checkpoint'): CheckpointPlace {
  return {
    name,
    async sink(file) {
      if (file === name) return sink;
      throw new CheckpointError({
        code: 'one-file',
        what: `'${file}' is to be written beside '${name}', and there is a sink for one file only`,
        fix: 'write to a path, or give a place with sinks for other files',
      });
    },
    has: async () => false,
    remove: async () => undefined,
  };
}
