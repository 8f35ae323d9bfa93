import { convert } from '../ir/convert.js';
import { byteSize } from '../ir/dtype.js';
import type { GpuBuffer } from '../ir/gpu.js';
import type { PlanStep } from '../ir/plan.js';
import type { FillJob } from '../runtime/device.js';
import { eventLoopTurn, TURN_MILLISECONDS } from '../runtime/event-loop-turn.js';
import { allocate } from './allocate.js';
import type { BatchMemory } from './batch-memory.js';
import { drawWhole, isDrawnAlone, placed } from './draw-whole.js';
import type { GpuTarget } from './gpu-target.js';
import type { Producers } from './produce.js';
import { addJobs, type FilledStep, workOf } from './work.js';

/** The values of one parameter. */
export interface Produced {
  readonly step: PlanStep;
  /** In the step's dtype; memory of its own, unless the sink has memory for batches. */
  readonly bytes: Uint8Array;
  /** Time that they took; of parameters that were filled together, each has its share. */
  readonly seconds: number;
}

/** Takes values, in the order of the steps; what it returns is awaited. */
export type Accept = (produced: Produced) => void | Promise<void>;

/** Values that were filled where the parameter lives. */
export interface FilledBuffer {
  readonly step: PlanStep;
  /** Belongs to whoever is handed it. */
  readonly buffer: GpuBuffer;
  /** As {@link Produced}. */
  readonly seconds: number;
}

/** What becomes of values. */
export interface ValueSink {
  readonly batchBytes: number;
  readonly accept: Accept;
  /** For parameters that are filled together, where `accept` is done with their bytes when it is done. */
  readonly memory?: BatchMemory | undefined;
  /** For what the target takes: batches of buffers in place of host memory. */
  readonly gpu?:
    | { readonly target: GpuTarget; readonly accept: (filled: readonly FilledBuffer[]) => void | Promise<void> }
    | undefined;
}

/** Bytes of the parameters that are filled on the GPU together. */
const GPU_BATCH_BYTES = 1 << 26;

/**
 * Makes the values of all steps and hands them over. Parameters are filled together until they have `batchBytes`, so that
 * one dispatch or one message serves many; at most one batch is held, and nothing of it after it was handed over.
 *
 * @throws as `drawWhole`, devices and `accept` do; the signal's reason.
 */
export async function produceAll(steps: readonly PlanStep[], producers: Producers, sink: ValueSink): Promise<void> {
  let batch = new Batch(false);
  const flush = async (next: Batch): Promise<void> => {
    const full = batch;
    batch = next;
    producers.signal?.throwIfAborted();
    if (full.onGpu && (await fillOnGpu(full.steps, producers, sink))) return;
    await fillBatch(full.steps, producers, sink);
  };
  let turn = performance.now();
  for (const step of steps) {
    const work = workOf(step, producers.lowering);
    const alone = isDrawnAlone(work);
    if (work.kind === 'filled' && !alone) {
      const onGpu = sink.gpu?.target.takes(work) === true;
      if (onGpu !== batch.onGpu) await flush(new Batch(onGpu));
      batch.add(work);
      if (batch.bytes < (onGpu ? GPU_BATCH_BYTES : sink.batchBytes)) continue;
    }
    await flush(new Batch(false));
    if (alone) {
      const start = performance.now();
      const values = await drawWhole(work, producers);
      await sink.accept({ step, bytes: values, seconds: (performance.now() - start) / 1000 });
    }
    if (performance.now() - turn < TURN_MILLISECONDS) continue;
    await eventLoopTurn();
    turn = performance.now();
  }
  await flush(new Batch(false));
}

/** Parameters that are filled together. */
class Batch {
  readonly onGpu: boolean;
  readonly steps: FilledStep[] = [];
  bytes = 0;

  constructor(onGpu: boolean) {
    this.onGpu = onGpu;
  }

  add(work: FilledStep): void {
    this.steps.push(work);
    this.bytes += work.elements * byteSize(work.dtype);
  }
}

/** @returns false when the device was replaced by one that fills host memory. */
async function fillOnGpu(batch: readonly FilledStep[], producers: Producers, sink: ValueSink): Promise<boolean> {
  const start = performance.now();
  const buffers = await producers.device.tryFillBuffers(batch);
  if (buffers === undefined) return false;
  const pace = (performance.now() - start) / 1000 / batch.reduce((sum, { elements }) => sum + elements, 0);
  const filled = batch.flatMap(({ step, elements }, index): readonly FilledBuffer[] => {
    const buffer = buffers[index];
    return buffer === undefined ? [] : [{ step, buffer, seconds: pace * elements }];
  });
  await sink.gpu?.accept(filled);
  return true;
}

async function fillBatch(
  batch: readonly FilledStep[],
  producers: Producers,
  { accept, memory }: ValueSink,
): Promise<void> {
  const start = performance.now();
  const outs: Uint8Array[] = [];
  let elements = 0;
  memory?.clear();
  for (const work of batch) {
    const bytes = work.elements * byteSize(work.dtype);
    outs.push(memory?.take(bytes) ?? allocate(work.step.path, bytes));
    elements += work.elements;
  }
  await producers.device.fillAll(jobsFor(batch, outs));
  const pace = (performance.now() - start) / 1000 / Math.max(1, elements);
  // The other way round, so that what was handed over can be let go.
  outs.reverse();
  for (const { step, dtype, elements: count } of batch) {
    const out = outs.pop();
    if (out === undefined) return;
    const bytes = placed(step, convert(out, dtype, step.dtype));
    const accepted = accept({ step, bytes, seconds: pace * count });
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
