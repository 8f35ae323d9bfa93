import { convert } from '../ir/convert.js';
import { byteSize } from '../ir/dtype.js';
import type { PlanStep } from '../ir/plan.js';
import type { FillJob } from '../runtime/device.js';
import { eventLoopTurn, TURN_MILLISECONDS } from '../runtime/event-loop-turn.js';
import { allocate } from './allocate.js';
import { type Producers, produce } from './produce.js';
import { addJobs, type FilledStep, workOf } from './work.js';

/** The values of one parameter. */
export interface Produced {
  readonly step: PlanStep;
  /** In the step's dtype; memory of its own. */
  readonly bytes: Uint8Array;
  /** Time that they took; of parameters that were filled together, each has its share. */
  readonly seconds: number;
}

/** Takes values, in the order of the steps; what it returns is awaited. */
export type Accept = (produced: Produced) => void | Promise<void>;

/**
 * Makes the values of all steps and hands them over. Parameters are filled together until they have `batchBytes`, so that
 * one dispatch or one message serves many; at most one batch is held, and nothing of it after it was handed over.
 *
 * @throws as `produce`, devices and `accept` do; the signal's reason.
 */
export async function produceAll(
  steps: readonly PlanStep[],
  producers: Producers,
  { batchBytes, accept }: { readonly batchBytes: number; readonly accept: Accept },
): Promise<void> {
  let batch: FilledStep[] = [];
  let bytes = 0;
  let turn = performance.now();
  for (const step of steps) {
    const work = workOf(step, producers.lowering);
    if (work.kind === 'filled') {
      batch.push(work);
      bytes += work.elements * byteSize(work.dtype);
      if (bytes < batchBytes) continue;
    }
    await fillBatch(batch, producers, accept);
    batch = [];
    bytes = 0;
    if (work.kind === 'whole') {
      producers.signal?.throwIfAborted();
      const start = performance.now();
      const values = await produce(work, producers);
      await accept({ step, bytes: values, seconds: (performance.now() - start) / 1000 });
    }
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await eventLoopTurn();
    turn = performance.now();
  }
  await fillBatch(batch, producers, accept);
}

async function fillBatch(batch: readonly FilledStep[], producers: Producers, accept: Accept): Promise<void> {
  producers.signal?.throwIfAborted();
  const start = performance.now();
  const outs: Uint8Array[] = [];
  let elements = 0;
  for (const work of batch) {
    outs.push(allocate(work.step.path, work.elements * byteSize(work.dtype)));
    elements += work.elements;
  }
  await producers.device.fillAll(jobsFor(batch, outs));
  const pace = (performance.now() - start) / 1000 / Math.max(1, elements);
  // The other way round, so that what was handed over can be let go.
  outs.reverse();
  for (const { step, dtype, elements: count } of batch) {
    const out = outs.pop();
    if (out === undefined) return;
    const accepted = accept({ step, bytes: convert(out, dtype, step.dtype), seconds: pace * count });
    // To await nothing takes longer than to stage a small parameter.
    if (accepted !== undefined) await accepted;
  }
}

function jobsFor(batch: readonly FilledStep[], outs: readonly Uint8Array[]): readonly FillJob[] {
  const jobs: FillJob[] = [];
  let index = 0;
  for (const out of outs) {
    const work = batch[index];
    index += 1;
    if (work !== undefined) addJobs(jobs, work, out, 0);
  }
  return jobs;
}
