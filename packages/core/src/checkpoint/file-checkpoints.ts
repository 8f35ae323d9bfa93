import { isAbsolute, resolve } from 'node:path';
import { fileSource } from './file-source.js';
import type { CheckpointOpener } from './format.js';
import { openSafetensorsSource } from './safetensors.js';

/** Opens the checkpoints that a config names as files; relative paths start at `folder` (the working directory). */
export function fileCheckpoints(folder: string = '.'): CheckpointOpener {
  return async (source) =>
    openSafetensorsSource(await fileSource(isAbsolute(source) ? source : resolve(folder, source), source));
}

/** What a config's checkpoint names mean where nobody said otherwise: files, in Node. */
export const defaultCheckpoints: CheckpointOpener = fileCheckpoints();
