import type { Checkpoint } from '../checkpoint/format.js';
import { CheckpointError } from '../errors.js';
import { convert } from '../ir/convert.js';
import { byteSize } from '../ir/dtype.js';
import type { CopyChange, CopyLaw } from '../ir/law.js';
import type { PlanStep } from '../ir/plan.js';
import { formatShape, type Shape, sameShape } from '../ir/shape.js';
import { changeValues } from '../kernels/host/change-values.js';
import type { OpenCheckpoints } from './open-checkpoints.js';
import { Placement } from './placement.js';

/**
 * A tensor of a checkpoint as its parameter takes it: changed as the law says, and rounded once.
 *
 * @throws CheckpointError `checkpoint-changed`; as reading does.
 */
export async function copyTensor(step: PlanStep, law: CopyLaw, checkpoints: OpenCheckpoints): Promise<Uint8Array> {
  const checkpoint = await checkpoints.get(law.source);
  checkUnchanged(checkpoint, step, law);
  let bytes = await checkpoint.read(law.tensor);
  let shape = law.shape ?? step.shape;
  const computed = [];
  for (const change of law.changes ?? []) {
    if (change.kind !== 'permute') computed.push(change);
    else {
      shape = change.order.map((axis) => change.shape[axis] ?? 1);
      bytes = permuted(bytes, byteSize(law.dtype), { shape, change });
    }
  }
  if (computed.length === 0) return convert(bytes, law.dtype, step.dtype);
  const exact = convert(bytes, law.dtype, 'float64');
  const whole = exact.byteOffset % 8 === 0 ? exact : exact.slice();
  const values = new Float64Array(whole.buffer, whole.byteOffset, whole.byteLength / 8);
  const changed = changeValues(values, shape, computed);
  return convert(new Uint8Array(changed.buffer, changed.byteOffset, changed.byteLength), 'float64', step.dtype);
}

type Permute = Extract<CopyChange, { kind: 'permute' }>;

/** Elements in another order of their axes: axis i of the result, whose shape is given, is axis `order[i]` of the source. */
function permuted(
  bytes: Uint8Array,
  size: number,
  { shape, change: { order, slices } }: { readonly shape: Shape; readonly change: Permute },
): Uint8Array {
  const out = new Uint8Array(bytes.byteLength);
  const axes = order.map((_, axis) => order.indexOf(axis));
  new Placement(shape, { axes, ...(slices === undefined ? {} : { slices }) }).put(bytes, out, { first: 0, size });
  return out;
}

/** A plan may be older than the file. @throws CheckpointError `checkpoint-changed`. */
export function checkUnchanged(checkpoint: Checkpoint, step: PlanStep, law: CopyLaw): void {
  const { tensors } = checkpoint.header;
  const found = Object.hasOwn(tensors, law.tensor) ? tensors[law.tensor] : undefined;
  const shape = law.shape ?? step.shape;
  if (found !== undefined && found.dtype === law.dtype && sameShape(found.shape, shape)) return;
  const now = found === undefined ? 'is not there' : `is ${found.dtype} ${formatShape(found.shape)}`;
  throw new CheckpointError({
    code: 'checkpoint-changed',
    what: `tensor '${law.tensor}' of checkpoint '${law.source}' ${now}, which is not what the plan was made for`,
    expected: `${law.dtype} ${formatShape(shape)}`,
    path: step.path,
    fix: 'make the plan again, or give the checkpoint that it was made from',
  });
}
