import { AdapterError, IncipitError } from '../errors.js';
import type { GpuBuffer } from '../ir/gpu.js';
import type { PlanStep } from '../ir/plan.js';
import type { Adapter, KeptValues } from '../model/adapter.js';
import type { TensorData, TensorPart } from '../model/tensor-data.js';

/** Values that wait to be written. */
export interface StagedTensor {
  readonly path: string;
  readonly tensor: TensorData;
}

/** Values on the GPU that wait to be handed over. */
export interface StagedBuffer {
  readonly step: PlanStep;
  readonly buffer: GpuBuffer;
}

/**
 * Writes all or nothing: when a write fails, what was written before it is put back. Empties `staged` as it goes, so that
 * an adapter that copies does not make for a third copy of the model. Buffers come first, in one call, and are the
 * adapter's whatever happens.
 *
 * @throws what the adapter throws when it is an IncipitError, else AdapterError `write-failed`; AdapterError
 * `restore-failed` when a parameter could not be put back.
 */
export async function commit(
  staged: StagedTensor[],
  adapter: Adapter,
  buffers: readonly StagedBuffer[] = [],
): Promise<void> {
  const kept: Kept[] = [];
  if (buffers.length > 0) {
    if (staged.length > 0) for (const { step } of buffers) kept.push(await keep(adapter, step.path));
    try {
      await writeBuffers(adapter, buffers);
    } catch (error) {
      await release(kept);
      throw error;
    }
  }
  staged.reverse();
  for (let next = staged.pop(); next !== undefined; next = staged.pop()) {
    // After the last write none can fail: what it replaces is not needed again.
    if (staged.length > 0) {
      const held = keep(adapter, next.path);
      kept.push('then' in held ? await held : held);
    }
    try {
      const written = adapter.write(next.path, next.tensor);
      if (written !== undefined) await written;
    } catch (error) {
      // A write that fails has left its own parameter alone.
      if (staged.length > 0) await kept.pop()?.release?.();
      const failure = writeError(adapter, next.path, error);
      await putBack(kept, failure);
      throw failure;
    }
  }
  await release(kept);
}

async function release(kept: readonly Kept[]): Promise<void> {
  for (const values of kept) {
    const released = values.release?.();
    if (released !== undefined) await released;
  }
}

/** Hands buffers over, all or none. @throws as {@link write}. */
export async function writeBuffers(adapter: Adapter, buffers: readonly StagedBuffer[]): Promise<void> {
  try {
    await adapter.writeBuffers?.(buffers.map(({ step, buffer }) => ({ path: step.path, buffer })));
  } catch (error) {
    throw writeError(adapter, undefined, error);
  }
}

/** @throws as {@link commit} does for a failing write. */
export async function write(adapter: Adapter, { path, tensor }: StagedTensor): Promise<void> {
  try {
    await adapter.write(path, tensor);
  } catch (error) {
    throw writeError(adapter, path, error);
  }
}

/** @returns as `Adapter.writePart`. @throws as {@link write}. */
export async function writePart(adapter: Adapter, path: string, part: TensorPart): Promise<boolean> {
  try {
    return (await adapter.writePart?.(path, part)) ?? false;
  } catch (error) {
    throw writeError(adapter, path, error);
  }
}

function writeError(adapter: Adapter, path: string | undefined, cause: unknown): IncipitError {
  if (cause instanceof IncipitError) return cause;
  return new AdapterError({
    code: 'write-failed',
    what: `the ${adapter.framework} model did not take its values: ${cause instanceof Error ? cause.message : String(cause)}`,
    ...(path === undefined ? {} : { path }),
    cause,
  });
}

/** What a parameter held. */
interface Kept extends KeptValues {
  readonly path: string;
}

/**
 * Never fails: that something cannot be kept matters only when a later write fails. To wait for an adapter that keeps at
 * once would take longer than the rest.
 */
function keep(adapter: Adapter, path: string): Kept | Promise<Kept> {
  try {
    if (adapter.keep === undefined) return keepRead(adapter, path);
    const values = adapter.keep(path);
    if (!('then' in values)) return new AdapterValues(path, values);
    return values.then(
      (held) => new AdapterValues(path, held),
      (cause: unknown) => new LostValues(path, cause),
    );
  } catch (cause) {
    return new LostValues(path, cause);
  }
}

async function keepRead(adapter: Adapter, path: string): Promise<Kept> {
  try {
    return new ReadValues(adapter, path, await adapter.read(path));
  } catch (cause) {
    return new LostValues(path, cause);
  }
}

/** The values of a parameter that its adapter keeps. */
class AdapterValues implements Kept {
  readonly path: string;
  readonly #values: KeptValues;

  constructor(path: string, values: KeptValues) {
    this.path = path;
    this.#values = values;
  }

  restore(): void | Promise<void> {
    return this.#values.restore();
  }

  release(): void | Promise<void> {
    return this.#values.release?.();
  }
}

/** The values of a parameter that could not be kept. */
class LostValues implements Kept {
  readonly path: string;
  readonly #cause: unknown;

  constructor(path: string, cause: unknown) {
    this.path = path;
    this.#cause = cause;
  }

  restore(): never {
    throw this.#cause;
  }
}

/** The values of a parameter of an adapter that keeps nothing itself. */
class ReadValues implements Kept {
  readonly path: string;
  readonly #adapter: Adapter;
  readonly #tensor: TensorData;

  constructor(adapter: Adapter, path: string, tensor: TensorData) {
    this.#adapter = adapter;
    this.path = path;
    this.#tensor = tensor;
  }

  restore(): void | Promise<void> {
    return this.#adapter.write(this.path, this.#tensor);
  }
}

async function putBack(kept: readonly Kept[], reason: unknown): Promise<void> {
  const lost: string[] = [];
  const causes: unknown[] = [reason];
  for (const values of [...kept].reverse()) {
    try {
      await values.restore();
    } catch (error) {
      lost.push(values.path);
      causes.push(error);
    }
  }
  if (lost.length === 0) return;
  throw new AdapterError({
    code: 'restore-failed',
    what: `a write failed, and ${lost.length} parameters hold new values that could not be put back: ${lost.join(', ')}`,
    fix: 'initialise the model again, or load it anew',
    cause: new AggregateError(causes, 'the write that failed, and what stood against putting values back'),
  });
}
