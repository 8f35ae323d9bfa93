/**
 * What needs files: checkpoints by path, and writing them.
 *
 * @module
 */
import { dirname, join } from 'node:path';
import { executeToSink, type FileRunOptions } from './api/execute-to-sink.js';
import type { Target } from './api/target.js';
import { writeCheckpointTo } from './checkpoint/checkpoint-writer.js';
import { filePlace } from './checkpoint/file-place.js';
import { fileSource } from './checkpoint/file-source.js';
import type { Checkpoint, CheckpointFormat, TensorToWrite } from './checkpoint/format.js';
import { formatOfPath } from './checkpoint/format-of-path.js';
import { openCheckpointSource } from './checkpoint/open-checkpoint.js';
import type { ReadLimits } from './checkpoint/read-allowance.js';
import { openSafetensorsSource } from './checkpoint/safetensors.js';
import { SAFETENSORS, type ShardOptions, shardedSafetensors } from './checkpoint/safetensors-formats.js';
import type { WritableFormat } from './checkpoint/writable-format.js';
import type { Report } from './execute/report.js';
import type { Plan } from './ir/plan.js';

export type { FileRunOptions } from './api/execute-to-sink.js';
export { fileCheckpoints } from './checkpoint/file-checkpoints.js';
export { filePlace } from './checkpoint/file-place.js';
export { fileSink } from './checkpoint/file-sink.js';
export { fileSource } from './checkpoint/file-source.js';
export { formatOfPath } from './checkpoint/format-of-path.js';

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
 * @param limits what the file may cost.
 * @throws CheckpointError `not-found`, `unreadable`, `unknown-format`, `too-large`, `malformed` or `truncated`.
 */
export async function openCheckpoint(
  path: string,
  formats: readonly CheckpointFormat[] = [],
  limits: ReadLimits = {},
): Promise<Checkpoint> {
  return openCheckpointSource(await fileSource(path), formats, path, limits);
}

/** How `writeCheckpoint` writes. */
export interface WriteOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  /** What the ending of the path may ask for, beside safetensors, for instance `FORMATS` of `@incipit/plugins/formats`. */
  readonly formats?: readonly (CheckpointFormat | WritableFormat)[];
}

/**
 * Writes a checkpoint in the format that the ending of its path names; it appears whole or not at all. Files beside it, such
 * as shards, never replace a file, so that what was there stays valid until the new one takes its place; its own shards are
 * left for the caller.
 *
 * @throws CheckpointError `unknown-format`, `unknown-dtype`, `unwritable`, `duplicate-tensor` or `wrong-size`; what was there,
 * if anything, is then as it was.
 * @example await writeCheckpoint('weights.npz', model.tensors(), { formats: FORMATS });
 */
export async function writeCheckpoint(
  path: string,
  tensors: readonly TensorToWrite[],
  { metadata = {}, formats = [] }: WriteOptions = {},
): Promise<void> {
  await writeCheckpointTo(filePlace(path), formatOfPath(path, formats), { tensors, metadata });
}

/** How `writeShardedSafetensors` writes. */
export interface ShardedOptions extends ShardOptions {
  readonly metadata?: Readonly<Record<string, string>>;
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
  { metadata = {}, ...options }: ShardedOptions = {},
): Promise<readonly string[]> {
  const written = await writeCheckpointTo(filePlace(index), shardedSafetensors(options), { tensors, metadata });
  return written.slice(0, -1).map((name) => join(dirname(index), name));
}

/**
 * Writes a safetensors file that appears whole or not at all, whatever the ending of its path.
 *
 * @throws CheckpointError `unwritable`, `duplicate-tensor` or `wrong-size`; the old file, if any, is then as it was.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeCheckpointTo(filePlace(path), SAFETENSORS, { tensors, metadata });
}

/**
 * Carries a plan out into a checkpoint, which appears whole or not at all; the model itself is left alone. It holds every
 * parameter and buffer of the model, in tree order; those that the plan does not touch have the model's own values. No
 * copy of the parameters is held: some 64 MiB do for a model of any size.
 *
 * @param path its ending names the format: `.safetensors`, `.safetensors.index.json`, and those of `options.formats`.
 * @throws as `execute` does; CheckpointError `unknown-format`, `unknown-dtype` or `unwritable`. What was there, if anything,
 * is then as it was.
 * @example
 * const adapter = tfjs(tf, model);
 * await executeToFile(plan(adapter, rules, { seed: 42 }), adapter, 'weights.safetensors');
 */
export async function executeToFile(
  plan: Plan,
  target: Target,
  path: string,
  { formats = [], ...options }: FileRunOptions = {},
): Promise<Report> {
  return executeToSink(plan, target, { place: filePlace(path), format: formatOfPath(path, formats) }, options);
}
