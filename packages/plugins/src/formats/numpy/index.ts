/**
 * numpy's `.npy` and `.npz`.
 *
 * @module
 */
import {
  type ByteSink,
  type CheckpointFormat,
  sinkPlace,
  type TensorToWrite,
  type WritableFormat,
  writeCheckpointTo,
} from '@incipit/core';
import { isZip, zipHas } from '../zip/zip-clue.js';
import { isNpy } from './npy-header.js';

/** One array. */
export const NPY: CheckpointFormat = {
  name: 'npy',
  matches: ({ head }) => isNpy(head),
  open: async (source, allowance) => (await import('./read-npy.js')).openNpy(source, allowance),
};

/** An archive of arrays, plain or compressed; written plain, with metadata in the archive's comment. */
export const NPZ: CheckpointFormat & WritableFormat = {
  name: 'npz',
  endings: ['.npz'],
  matches: ({ name, head }) => isZip(head) && (/\.npz$/i.test(name) || zipHas(head, /\.npy$/)),
  open: async (source, allowance) => (await import('./read-npy.js')).openNpz(source, allowance),
  layOut: async (request) => (await import('./write-npz.js')).layOutNpz(request),
};

/**
 * Writes an `.npz` archive without compression, as `numpy.savez` does; nothing is visible before the last byte is written.
 *
 * @throws CheckpointError `unknown-dtype` (bfloat16, which numpy lacks), `duplicate-tensor`, `wrong-size`; the sink is
 * aborted then.
 * @example await writeNpz(await fileSink('weights.npz'), tensors);
 */
export async function writeNpz(
  sink: ByteSink,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  try {
    await writeCheckpointTo(sinkPlace(sink, 'weights.npz'), NPZ, { tensors, metadata });
  } catch (error) {
    // The writer knows the sink only when it wrote to it.
    await sink.abort();
    throw error;
  }
}
