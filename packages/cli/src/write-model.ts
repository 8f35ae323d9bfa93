import type { DetachedAdapter, ModuleNode, ParameterSpec, Report } from '@incipit/core';
import { type TensorToWrite, writeSafetensors } from '@incipit/core/node';
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
  const tensors = [...parametersOf(model.tree()).values()].map(
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

/** By path: a tied parameter stands in the tree more than once, and in the file once. */
function parametersOf(root: ModuleNode): ReadonlyMap<string, ParameterSpec> {
  const found = new Map<string, ParameterSpec>();
  const visit = (node: ModuleNode): void => {
    for (const parameter of node.parameters) found.set(parameter.path, parameter);
    for (const child of node.children) visit(child);
  };
  visit(root);
  return found;
}
