import { rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileSink } from './file-sink.js';
import type { ByteSink } from './format.js';
import { removeAbandonedParts } from './temporary-files.js';
import type { CheckpointPlace } from './writable-format.js';

/** A path: the file itself, and files in its folder. Each appears whole or not at all. */
export function filePlace(path: string): CheckpointPlace {
  const folder = dirname(path);
  const name = basename(path);
  let cleaned: Promise<void> | undefined;
  return {
    name,
    async sink(file: string, fresh: boolean): Promise<ByteSink> {
      cleaned ??= removeAbandonedParts(folder, name);
      await cleaned;
      return FileSink.open(join(folder, file), { owner: name, fresh });
    },
    has: async (file) => (await stat(join(folder, file)).catch(() => undefined)) !== undefined,
    remove: (file) => rm(join(folder, file), { force: true }),
  };
}
