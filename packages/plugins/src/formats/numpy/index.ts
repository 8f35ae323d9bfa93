/**
 * numpy's `.npy` and `.npz`.
 *
 * @module
 */
import type { CheckpointFormat } from '@incipit/core';
import { isZip, zipHas } from '../zip/zip-clue.js';
import { isNpy } from './npy-header.js';

export { writeNpz } from './write-npz.js';

/** One array. */
export const NPY: CheckpointFormat = {
  name: 'npy',
  matches: ({ head }) => isNpy(head),
  open: async (source) => (await import('./read-npy.js')).openNpy(source),
};

/** An archive of arrays, plain or compressed. */
export const NPZ: CheckpointFormat = {
  name: 'npz',
  matches: ({ name, head }) => isZip(head) && (/\.npz$/i.test(name) || zipHas(head, /\.npy$/)),
  open: async (source) => (await import('./read-npy.js')).openNpz(source),
};
