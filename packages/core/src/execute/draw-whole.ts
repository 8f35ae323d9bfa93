import { convert } from '../ir/convert.js';
import { byteSize } from '../ir/dtype.js';
import type { PlanStep } from '../ir/plan.js';
import type { FillJob } from '../runtime/device.js';
import { allocate } from './allocate.js';
import { PART_BYTES, partMemory } from './part-memory.js';
import { Placement } from './placement.js';
import { type Producers, produce } from './produce.js';
import { addJobs, type FilledStep, type WholeStep } from './work.js';

/** True for what is made on its own: laws of a whole, and what is too large to be drawn at once and then placed. */
export function isDrawnAlone(work: FilledStep | WholeStep): boolean {
  if (work.kind === 'whole') return true;
  return work.step.order !== undefined && work.elements * byteSize(work.dtype) > PART_BYTES;
}

/** The values of a step that {@link isDrawnAlone}, each in its place. */
export async function drawWhole(work: FilledStep | WholeStep, producers: Producers): Promise<Uint8Array> {
  return work.kind === 'whole' ? placed(work.step, await produce(work, producers)) : drawInParts(work, producers);
}

/** A parameter's values where they lie, from all of them as they were drawn: the same memory where that is the same. */
export function placed(step: PlanStep, drawn: Uint8Array): Uint8Array {
  if (step.order === undefined) return drawn;
  const bytes = allocate(step.path, drawn.byteLength);
  new Placement(step.shape, step.order).put(drawn, bytes, { first: 0, size: byteSize(step.dtype) });
  return bytes;
}

/** Draws part after part, so that a second copy of the parameter is never held. */
async function drawInParts(work: FilledStep, { device, signal }: Producers): Promise<Uint8Array> {
  const { step, elements, dtype } = work;
  const order = step.order ?? { axes: step.shape.map((_, axis) => axis) };
  const size = byteSize(step.dtype);
  const bytes = allocate(step.path, elements * size);
  const placement = new Placement(step.shape, order);
  const part = partMemory(device, PART_BYTES);
  const count = PART_BYTES / byteSize(dtype);
  for (let first = 0; first < elements; first += count) {
    signal?.throwIfAborted();
    const out = part.subarray(0, Math.min(count, elements - first) * byteSize(dtype));
    const jobs: FillJob[] = [];
    addJobs(jobs, work, out, first);
    await device.fillAll(jobs);
    placement.put(convert(out, dtype, step.dtype), bytes, { first, size });
  }
  return bytes;
}
