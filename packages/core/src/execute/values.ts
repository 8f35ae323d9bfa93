import { convert } from '../ir/convert.js';
import { byteSize } from '../ir/dtype.js';
import type { PlanStep } from '../ir/plan.js';
import { eventLoopTurn, TURN_MILLISECONDS } from '../runtime/event-loop-turn.js';
import { allocate } from './allocate.js';
import { type Producers, produce } from './produce.js';
import { type FilledStep, jobsOf, workOf } from './work.js';

/** The values of one parameter. */
export interface Produced {
  readonly step: PlanStep;
  /** In the step's dtype; memory of its own. */
  readonly bytes: Uint8Array;
  /** Time that they took; of parameters that were filled together, each has its share. */
  readonly seconds: number;
}

/**
 * The values of all steps, in their order. Parameters are filled together until they have `batchBytes`, so that one
 * dispatch or one message serves many; at most one batch is held, and nothing of it after it was given.
 *
 * @throws as `produce` and devices do; the signal's reason.
 */
export async function* valuesOf(
  steps: readonly PlanStep[],
  producers: Producers,
  batchBytes: number,
): AsyncGenerator<Produced, void> {
  let batch: FilledStep[] = [];
  let bytes = 0;
  let turn = performance.now();
  for (const step of steps) {
    const work = workOf(step);
    if (work.kind === 'filled') {
      batch.push(work);
      bytes += work.elements * byteSize(work.dtype);
      if (bytes < batchBytes) continue;
    }
    yield* fillBatch(batch, producers);
    batch = [];
    bytes = 0;
    if (work.kind === 'whole') {
      producers.signal?.throwIfAborted();
      const start = performance.now();
      const values = await produce(work, producers);
      yield { step, bytes: values, seconds: (performance.now() - start) / 1000 };
    }
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await eventLoopTurn();
    turn = performance.now();
  }
  yield* fillBatch(batch, producers);
}

async function* fillBatch(batch: readonly FilledStep[], { device, signal }: Producers): AsyncGenerator<Produced, void> {
  signal?.throwIfAborted();
  const start = performance.now();
  const filled: { readonly work: FilledStep; readonly out: Uint8Array }[] = batch.map((work) => ({
    work,
    out: allocate(work.step.path, work.elements * byteSize(work.dtype)),
  }));
  await device.fillAll(filled.flatMap(({ work, out }) => jobsOf(work, out, 0)));
  const seconds = (performance.now() - start) / 1000;
  const elements = batch.reduce((sum, work) => sum + work.elements, 0);
  for (let entry = filled.shift(); entry !== undefined; entry = filled.shift()) {
    const { work, out } = entry;
    const share = elements === 0 ? 0 : (seconds * work.elements) / elements;
    yield { step: work.step, bytes: convert(out, work.dtype, work.step.dtype), seconds: share };
  }
}
