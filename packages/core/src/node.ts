/**
 * What needs files: checkpoints by path, and writing them.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { executeToSink, type FileRunOptions } from './api/execute-to-sink.js';
import type { Target } from './api/target.js';
import { fileSink } from './checkpoint/file-sink.js';
import { fileSource } from './checkpoint/file-source.js';
import type { Checkpoint, CheckpointFormat, TensorToWrite } from './checkpoint/format.js';
import { openCheckpointSource } from './checkpoint/open-checkpoint.js';
import { openSafetensorsSource } from './checkpoint/safetensors.js';
import { writeSafetensorsTo } from './checkpoint/safetensors-writer.js';
import { type ShardOptions, writeShardedSafetensorsTo } from './checkpoint/sharded-writer.js';
import type { Report } from './execute/report.js';
import type { Plan } from './ir/plan.js';

export type { FileRunOptions } from './api/execute-to-sink.js';
export { fileCheckpoints } from './checkpoint/file-checkpoints.js';
export { fileSink } from './checkpoint/file-sink.js';
export { fileSource } from './checkpoint/file-source.js';

export type { ShardOptions } from './checkpoint/sharded-writer.js';

/**
 * Opens a safetensors file; reads its header only.
 *
 * @throws CheckpointError `not-found`, `unreadable`, `malformed` or `truncated`.
 */
export async function openSafetensors(path: string): Promise<Checkpoint> {
  return openSafetensorsSource(await fileSource(path));
}

/**
 * Opens a checkpoint file of any format that is known, told by its content; reads what lists its tensors only.
 *
 * @param formats beside safetensors and its index, for instance `FORMATS` of `@incipit/plugins/formats`.
 * @throws CheckpointError `not-found`, `unreadable`, `unknown-format`, `malformed` or `truncated`.
 */
export async function openCheckpoint(path: string, formats: readonly CheckpointFormat[] = []): Promise<Checkpoint> {
  return openCheckpointSource(await fileSource(path), formats);
}

/**
 * Writes safetensors shards and then their index, for instance `model.safetensors.index.json`. A shard never replaces a
 * file, so that an older index stays valid until the new one takes its place; its shards are left for the caller.
 *
 * @returns paths of the shards.
 * @throws CheckpointError as `writeSafetensors` does; the old index is then as it was.
 */
export async function writeShardedSafetensors(
  index: string,
  tensors: readonly TensorToWrite[],
  options: ShardOptions = {},
): Promise<readonly string[]> {
  const at = (name: string): string => join(dirname(index), name);
  const folder = {
    index: basename(index),
    sink: (name: string) => fileSink(at(name)),
    has: async (name: string) => (await stat(at(name)).catch(() => undefined)) !== undefined,
  };
  return (await writeShardedSafetensorsTo(folder, tensors, options)).map(at);
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

/**
 * Carries a plan out into a safetensors file, which appears whole or not at all; the model itself is left alone. The
 * file holds every parameter and buffer of the model, in tree order; those that the plan does not touch have the model's
 * own values. No copy of the parameters is held: some 64 MiB do for a model of any size.
 *
 * @throws as `execute` does; CheckpointError `unwritable`. The old file, if any, is then as it was.
 * @example
 * const adapter = tfjs(tf, model);
 * await executeToFile(plan(adapter, rules, { seed: 42 }), adapter, 'weights.safetensors');
 */
export async function executeToFile(
  plan: Plan,
  target: Target,
  path: string,
  options: FileRunOptions = {},
): Promise<Report> {
  return executeToSink(plan, target, () => fileSink(path), options);
}
