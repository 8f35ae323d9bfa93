/**
 * What needs files: checkpoints by path, and writing them.
 *
 * @module
 */
import { fileSink } from './checkpoint/file-sink.js';
import { fileSource } from './checkpoint/file-source.js';
import type { Checkpoint, TensorToWrite } from './checkpoint/format.js';
import { openSafetensorsSource, writeSafetensorsTo } from './checkpoint/safetensors.js';

export { fileCheckpoints } from './checkpoint/file-checkpoints.js';

/**
 * Opens a safetensors file; reads its header only.
 *
 * @throws CheckpointError `not-found`, `unreadable`, `malformed` or `truncated`.
 */
export async function openSafetensors(path: string): Promise<Checkpoint> {
  return openSafetensorsSource(await fileSource(path));
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
