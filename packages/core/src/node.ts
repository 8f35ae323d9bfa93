/**
 * What needs files: checkpoints by path, and writing them.
 *
 * @module
 */
import { isAbsolute, resolve } from 'node:path';
import { fileSink } from './checkpoint/file-sink.js';
import { fileSource } from './checkpoint/file-source.js';
import type { Checkpoint, CheckpointOpener, TensorToWrite } from './checkpoint/format.js';
import { openSafetensorsSource, writeSafetensorsTo } from './checkpoint/safetensors.js';

/**
 * Opens a safetensors file; reads its header only.
 *
 * @throws CheckpointError `not-found`, `unreadable`, `malformed` or `truncated`.
 */
export async function openSafetensors(path: string, name: string = path): Promise<Checkpoint> {
  return openSafetensorsSource(await fileSource(path, name));
}

/**
 * Writes a safetensors file that appears whole or not at all.
 *
 * @throws CheckpointError `unwritable`, `duplicate-tensor` or `wrong-size`; the old file, if any, is then as it was.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeSafetensorsTo(await fileSink(path), tensors, metadata);
}

/** Opens the checkpoints that a config names as files; relative paths start at `folder` (the working directory). */
export function fileCheckpoints(folder: string = '.'): CheckpointOpener {
  return (source) => openSafetensors(isAbsolute(source) ? source : resolve(folder, source), source);
}
