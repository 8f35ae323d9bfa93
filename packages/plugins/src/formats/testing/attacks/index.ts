import type { Attack } from './attack.js';
import { BINARY_ATTACKS } from './binary-attacks.js';
import { HDF5_ATTACKS } from './hdf5-attacks.js';
import { JSON_ATTACKS } from './json-attacks.js';
import { PICKLE_ATTACKS } from './pickle-attacks.js';
import { ZIP_ATTACKS } from './zip-attacks.js';

export const ATTACKS: readonly Attack[] = [
  ...PICKLE_ATTACKS,
  ...JSON_ATTACKS,
  ...ZIP_ATTACKS,
  ...BINARY_ATTACKS,
  ...HDF5_ATTACKS,
];
