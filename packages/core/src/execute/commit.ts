import { AdapterError, IncipitError } from '../errors.js';
import type { Adapter, KeptValues } from '../model/adapter.js';
import type { TensorData, TensorPart } from '../model/tensor-data.js';

/** Values that wait to be written. */
export interface StagedTensor {
  readonly path: string;
  readonly tensor: TensorData;
}

/**
 * Writes all or nothing: when a write fails, what was written before it is put back. Empties `staged` as it goes, so that
 * an adapter that copies does not make for a third copy of the model.
 *
 * @throws what the adapter throws when it is an IncipitError, else AdapterError `write-failed`; AdapterError
 * `restore-failed` when a parameter could not be put back.
 */
export async function commit(staged: StagedTensor[], adapter: Adapter): Promise<void> {
  const kept: Kept[] = [];
  staged.reverse();
  for (let next = staged.pop(); next !== undefined; next = staged.pop()) {
    // After the last write none can fail: what it replaces is not needed again.
    if (staged.length > 0) kept.push(await keep(adapter, next.path));
    try {
      await write(adapter, next);
    } catch (error) {
      // A write that fails has left its own parameter alone.
      if (staged.length > 0) await kept.pop()?.values?.release?.();
      await putBack(kept, error);
      throw error;
    }
  }
  for (const { values } of kept) await values?.release?.();
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

function writeError(adapter: Adapter, path: string, cause: unknown): IncipitError {
  if (cause instanceof IncipitError) return cause;
  return new AdapterError({
    code: 'write-failed',
    what: `the ${adapter.framework} model did not take its values: ${cause instanceof Error ? cause.message : String(cause)}`,
    path,
    cause,
  });
}

/** What a parameter held; absent when it could not be read. */
interface Kept {
  readonly path: string;
  readonly values?: KeptValues;
  readonly cause?: unknown;
}

async function keep(adapter: Adapter, path: string): Promise<Kept> {
  try {
    if (adapter.keep !== undefined) return { path, values: await adapter.keep(path) };
    const old = await adapter.read(path);
    return { path, values: { restore: () => adapter.write(path, old) } };
  } catch (cause) {
    // It matters only when a later write fails.
    return { path, cause };
  }
}

async function putBack(kept: readonly Kept[], reason: unknown): Promise<void> {
  const lost: string[] = [];
  const causes: unknown[] = [reason];
  for (const { path, values, cause } of [...kept].reverse()) {
    try {
      if (values === undefined) throw cause;
      await values.restore();
    } catch (error) {
      lost.push(path);
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
