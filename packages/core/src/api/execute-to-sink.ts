import { CheckpointWriter } from '../checkpoint/checkpoint-writer.js';
import type { CheckpointFormat, TensorHeading } from '../checkpoint/format.js';
import type { CheckpointPlace, WritableFormat } from '../checkpoint/writable-format.js';
import { checkPlanFits } from '../execute/check-plan.js';
import type { Report } from '../execute/report.js';
import { byteSize } from '../ir/dtype.js';
import type { Plan } from '../ir/plan.js';
import { elementCount } from '../ir/shape.js';
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
  /**
   * What the ending of the path may ask for, beside `.safetensors` and `.safetensors.index.json`: for instance `FORMATS` of
   * `@incipit/plugins/formats`, of which those that are only read are passed over. The first that fits is taken.
   */
  readonly formats?: readonly (CheckpointFormat | WritableFormat)[];
}

/** Where a run writes, and how. */
export interface RunOutput {
  readonly place: CheckpointPlace;
  readonly format: WritableFormat;
}

/** Bytes that are held of a parameter which is copied. */
const PART_BYTES = 1 << 22;

/** `executeToFile`, wherever the bytes go. Nothing is opened before the plan is known to fit. */
export async function executeToSink(
  plan: Plan,
  target: Target,
  { place, format }: RunOutput,
  options: Omit<FileRunOptions, 'formats'>,
): Promise<Report> {
  const { metadata = {}, ...run } = options;
  const model = adapterOf(target);
  const root = model.tree();
  checkPlanFits(plan, root);
  const tensors = [...parametersByPath(root).values()].map(
    ({ path, dtype, shape }): TensorHeading => ({ name: path, dtype, shape }),
  );
  const about = { ...metadata, generator: plan.generator, seed: plan.seed, plan_hash: plan.hash };
  const writer = await CheckpointWriter.begin(place, format, { tensors, metadata: about });
  try {
    const report = await carryOut(plan, fileAdapter(model, root, writer), { ...run, atomic: false });
    const done = new Set(plan.steps.map((step) => step.path));
    for (const tensor of tensors) {
      run.signal?.throwIfAborted();
      if (!done.has(tensor.name)) await copyUntouched(model, tensor, writer);
    }
    run.signal?.throwIfAborted();
    await writer.commit();
    return report;
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** A parameter that no rule touches has the model's value, large ones in parts where the adapter reads parts. */
async function copyUntouched(model: Adapter, tensor: TensorHeading, writer: CheckpointWriter): Promise<void> {
  const { name, dtype, shape } = tensor;
  const size = byteSize(dtype);
  const bytes = elementCount(shape) * size;
  const part = model.readPart === undefined || bytes <= PART_BYTES ? undefined : new Uint8Array(PART_BYTES);
  if (part === undefined || !(await model.readPart?.(name, 0, part))) {
    await writer.write(name, (await model.read(name)).bytes);
    return;
  }
  await writer.write(name, part);
  for (let at = PART_BYTES; at < bytes; at += PART_BYTES) {
    const out = part.subarray(0, bytes - at);
    await model.readPart?.(name, at / size, out);
    await writer.write(name, out, at);
  }
}

/** The model's tree, with a file in the place of its values. */
function fileAdapter(model: Adapter, root: ModuleNode, writer: CheckpointWriter): Adapter {
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
