import { Registry } from '@incipit/registry';
import type { Initializer } from './initializer.js';

/**
 * Initializers by the name that a config calls them by.
 *
 * @example
 * @WEIGHT_INITIALIZERS.register('Lecun')
 * class LecunInit extends BaseInit { … }
 */
export const WEIGHT_INITIALIZERS: Registry<Initializer> = new Registry<Initializer>('weight initializer', {
  scope: 'incipit',
});
