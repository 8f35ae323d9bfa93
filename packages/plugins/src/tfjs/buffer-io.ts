import {
  AdapterError,
  type BufferWrite,
  elementCount,
  formatShape,
  type GpuBuffer,
  type GpuDevice,
} from '@incipit/core';
import { live, replace } from './parameter-io.js';
import { fieldOf, type TensorFlowCore, type TfTensor, type TfWeight } from './structural-types.js';

/** Bytes that are copied before the GPU is waited for: the memory of what was copied is free again then. */
const COPY_BYTES = 1 << 28;

/** Outermost first; they are popped in the other order. */
const SCOPES = ['validation', 'internal', 'out-of-memory'] as const;

/** The GPU device of tfjs's webgpu backend, while it is the active one. */
export function gpuOf(tf: TensorFlowCore): GpuDevice | undefined {
  if (tf.getBackend() !== 'webgpu') return undefined;
  const device = fieldOf(tf.backend(), 'device');
  return typeof device === 'object' && device !== null ? (device as GpuDevice) : undefined;
}

/**
 * Gives weights the values of buffers, all or none; destroys the buffers and leaves no tensor behind.
 *
 * tfjs copies them on the GPU, into memory that it manages. It would also compute with the buffers themselves
 * (`zeroCopy`), but then nobody frees them: it neither destroys such a buffer when a first training step replaces the
 * weight, nor says when.
 */
export async function writeBuffers(
  tf: TensorFlowCore,
  find: (path: string) => TfWeight,
  writes: readonly BufferWrite[],
): Promise<void> {
  const made: TfTensor[] = [];
  try {
    const targets = writes.map(({ path, buffer }) => ({ path, buffer, weight: find(path) }));
    for (const target of targets) assertFits(target);
    for (const lot of lotsOf(targets)) made.push(...(await copyLot(tf, lot)));
    // Some time has passed; after this nothing can fail.
    for (const { weight, path } of targets) live(weight, path);
    for (const [index, { weight, path }] of targets.entries()) {
      const tensor = made[index];
      if (tensor !== undefined) replace(weight, tensor, path);
    }
  } finally {
    for (const tensor of made) tensor.dispose();
    for (const { buffer } of writes) buffer.destroy();
  }
}

interface Target extends BufferWrite {
  readonly weight: TfWeight;
}

function assertFits({ weight, path, buffer }: Target): void {
  const { dtype, shape } = live(weight, path);
  if (dtype === 'float32' && buffer.size === elementCount(shape) * 4) return;
  throw new AdapterError({
    code: 'wrong-tensor',
    what: `A buffer of ${buffer.size} bytes of float32 does not fit the weight`,
    path,
    expected: `${dtype}${formatShape(shape)}`,
  });
}

function lotsOf(targets: readonly Target[]): readonly (readonly Target[])[] {
  const lots: Target[][] = [];
  let bytes = COPY_BYTES;
  for (const target of targets) {
    if (bytes >= COPY_BYTES) {
      lots.push([]);
      bytes = 0;
    }
    lots.at(-1)?.push(target);
    bytes += target.buffer.size;
  }
  return lots;
}

/** @throws AdapterError `write-failed` when the GPU does not take them; no tensor is left then. */
async function copyLot(tf: TensorFlowCore, lot: readonly Target[]): Promise<readonly TfTensor[]> {
  const gpu = gpuOf(tf);
  if (gpu === undefined) throw writeError("tfjs's webgpu backend is no longer the active one");
  const made: TfTensor[] = [];
  try {
    const complaints = await inScopes(gpu, () => {
      for (const { buffer, weight, path } of lot) {
        made.push(tensorOf(tf, buffer, live(weight, path).shape));
        // The copy is submitted, which this does not disturb.
        buffer.destroy();
      }
    });
    if (complaints.length > 0) throw writeError(`the GPU refused a copy: ${complaints.join('; ')}`);
    await gpu.queue.onSubmittedWorkDone();
    return made;
  } catch (error) {
    for (const tensor of made) tensor.dispose();
    throw error;
  }
}

/** What the GPU says of `action`. */
async function inScopes(gpu: GpuDevice, action: () => void): Promise<readonly string[]> {
  for (const scope of SCOPES) gpu.pushErrorScope(scope);
  let popped: Promise<readonly ({ readonly message: string } | null)[]>;
  try {
    action();
  } finally {
    popped = Promise.all(SCOPES.map(() => gpu.popErrorScope()));
    // Whoever waits for it is told.
    popped.catch(() => undefined);
  }
  return (await popped).flatMap((error) => (error === null ? [] : [error.message]));
}

/** A tensor of its own, with what the buffer holds. */
function tensorOf(tf: TensorFlowCore, buffer: GpuBuffer, shape: readonly number[]): TfTensor {
  const { tensor } = tf as unknown as {
    tensor(data: { readonly buffer: GpuBuffer }, shape: number[], dtype: 'float32'): TfTensor;
  };
  return tensor({ buffer }, [...shape], 'float32');
}

function writeError(what: string): AdapterError {
  return new AdapterError({ code: 'write-failed', what: `The tfjs model did not take its values: ${what}` });
}
