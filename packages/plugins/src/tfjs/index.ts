/**
 * TensorFlow.js models for Incipit.
 *
 * @module
 */
export { type TfjsOptions, tfjs } from './adapter.js';
export type { Built } from './init-state.js';
export type { TfLayers, TfSymbol } from './layers-namespace.js';
export { type RegisterTfjsOptions, registerTfjs } from './register.js';
export type { TensorFlow, TfLayer, TfTensor, TfVariable } from './structural-types.js';
export { loadTopology } from './topology.js';
