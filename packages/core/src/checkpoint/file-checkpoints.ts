import { isAbsolute, resolve } from 'node:path';
import { fileSource } from './file-source.js';
import type { CheckpointFormat, CheckpointOpener } from './format.js';
import { openCheckpointSource } from './open-checkpoint.js';
import type { ReadLimits } from './read-allowance.js';

/**
 * Opens the checkpoints that a config names as files; relative paths start at `folder` (the working directory).
 *
 * @param formats beside safetensors, for instance `FORMATS` of `@incipit/plugins/formats`.
 * @param limits what a file may cost.
 */
export function fileCheckpoints(
  folder: string = '.',
  formats: readonly CheckpointFormat[] = [],
  limits: ReadLimits = {},
): CheckpointOpener {
  return async (source) => {
    const path = isAbsolute(source) ? source : resolve(folder, source);
    return openCheckpointSource(await fileSource(path, source), formats, source, limits);
  };
}
