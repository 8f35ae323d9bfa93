/**
 * Parameter trees of jax-js for Incipit.
 *
 * @module
 */
export { type JaxJsOptions, jaxJs } from './adapter.js';
export type { Jax, JaxArray } from './structural-types.js';
