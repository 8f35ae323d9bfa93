import { type DetachedAdapter, parametersByPath, type Report, type TensorToWrite } from '@incipit/core';
import { writeSafetensors } from '@incipit/core/node';
import { version } from './version.js';

/**
 * Writes every parameter and buffer in tree order; the same run gives the same bytes.
 *
 * @throws CheckpointError `unwritable`; the signal's reason. The old file, if any, is then as it was.
 */
export async function writeModel(result: {
  readonly out: string;
  readonly model: DetachedAdapter;
  readonly report: Report;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { out, model, report, signal } = result;
  const { generator, seed, hash } = report.plan;
  const tensors = [...parametersByPath(model.tree()).values()].map(
    (parameter): TensorToWrite => ({
      name: parameter.path,
      dtype: parameter.dtype,
      shape: parameter.shape,
      async bytes() {
        signal.throwIfAborted();
        return (await model.read(parameter.path)).bytes;
      },
    }),
  );
  await writeSafetensors(out, tensors, { version: version(), generator, seed, plan_hash: hash });
}
