import type { ByteSink, TensorHeading } from '../checkpoint/format.js';
import { SafetensorsWriter } from '../checkpoint/safetensors-writer.js';
import { checkPlanFits } from '../execute/check-plan.js';
import type { Report } from '../execute/report.js';
import { byteSize } from '../ir/dtype.js';
import type { Plan } from '../ir/plan.js';
import type { Adapter } from '../model/adapter.js';
import type { ModuleNode } from '../model/module-node.js';
import { parametersByPath } from '../model/parameters-by-path.js';
import { carryOut } from './initialize.js';
import type { ExecuteOptions } from './options.js';
import { adapterOf, type Target } from './target.js';

/** How a plan is carried out into a file, which is always atomic: it appears whole or not at all. */
export interface FileRunOptions extends Omit<ExecuteOptions, 'atomic'> {
  /** More for the file's metadata, which hold `generator`, `seed` and `plan_hash` anyway. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** `executeToFile`, wherever the bytes go. The sink is opened when the plan is known to fit. */
export async function executeToSink(
  plan: Plan,
  target: Target,
  open: () => Promise<ByteSink>,
  options: FileRunOptions,
): Promise<Report> {
  const { metadata = {}, ...run } = options;
  const model = adapterOf(target);
  const root = model.tree();
  checkPlanFits(plan, root);
  const tensors = [...parametersByPath(root).values()].map(
    ({ path, dtype, shape }): TensorHeading => ({ name: path, dtype, shape }),
  );
  const sink = await open();
  try {
    const about = { ...metadata, generator: plan.generator, seed: plan.seed, plan_hash: plan.hash };
    const writer = await SafetensorsWriter.begin(sink, tensors, about);
    const report = await carryOut(plan, fileAdapter(model, root, writer), { ...run, atomic: false });
    const done = new Set(plan.steps.map((step) => step.path));
    for (const { name } of tensors) {
      if (done.has(name)) continue;
      run.signal?.throwIfAborted();
      await writer.write(name, (await model.read(name)).bytes);
    }
    run.signal?.throwIfAborted();
    await writer.commit();
    return report;
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** The model's tree, with a file in the place of its values. */
function fileAdapter(model: Adapter, root: ModuleNode, writer: SafetensorsWriter): Adapter {
  return {
    framework: model.framework,
    tree: () => root,
    read: (path) => model.read(path),
    write: (path, tensor) => writer.write(path, tensor.bytes),
    async writePart(path, { dtype, offset, bytes }) {
      await writer.write(path, bytes, offset * byteSize(dtype));
      return true;
    },
  };
}
