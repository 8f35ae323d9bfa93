/**
 * HDF5 as Keras and h5py write it: `.h5`, `.weights.h5`, and the weights in a `.keras` archive.
 *
 * @module
 */
import type { CheckpointFormat } from '@incipit/core';
import { isZip, zipHas } from '../zip/zip-clue.js';
import { HDF5_SIGNATURE } from './hdf5-file.js';

/** Names are the paths of the datasets, with dots for slashes. */
export const HDF5: CheckpointFormat = {
  name: 'hdf5',
  matches: ({ head }) => HDF5_SIGNATURE.every((byte, position) => head[position] === byte),
  open: async (source, allowance) => (await import('./read-hdf5.js')).openHdf5(source, allowance),
};

/** The weights of a model that Keras 3 saved. */
export const KERAS: CheckpointFormat = {
  name: 'keras',
  matches: ({ name, head }) =>
    isZip(head) && (/\.keras$/i.test(name) || zipHas(head, /^(?:metadata|config)\.json$|^model\.weights\.h5$/)),
  open: async (source, allowance) => (await import('./read-hdf5.js')).openKeras(source, allowance),
};
