/**
 * TensorFlow.js models for Incipit.
 *
 * @module
 */
export { type TfjsOptions, tfjs } from './adapter.js';
export type { TensorFlow, TfLayer, TfTensor, TfVariable } from './structural-types.js';
export { loadTopology } from './topology.js';
