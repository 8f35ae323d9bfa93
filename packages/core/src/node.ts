/**
 * What needs files: checkpoints by path, and writing them.
 *
 * @module
 */
import { executeToSink, type FileRunOptions } from './api/execute-to-sink.js';
import type { Target } from './api/target.js';
import { fileSink } from './checkpoint/file-sink.js';
import { fileSource } from './checkpoint/file-source.js';
import type { Checkpoint, TensorToWrite } from './checkpoint/format.js';
import { openSafetensorsSource } from './checkpoint/safetensors.js';
import { writeSafetensorsTo } from './checkpoint/safetensors-writer.js';
import type { Report } from './execute/report.js';
import type { Plan } from './ir/plan.js';

export type { FileRunOptions } from './api/execute-to-sink.js';
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
