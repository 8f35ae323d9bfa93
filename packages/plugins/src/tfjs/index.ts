/**
 * TensorFlow.js models for Incipit.
 *
 * @module
 */
export { type TfjsOptions, tfjs, tfjsVariables } from './adapter.js';
export type { Built } from './init-state.js';
export { layersModelFormat } from './layers-model-format.js';
export type { TfLayers, TfSymbol } from './layers-namespace.js';
export { type RegisterTfjsOptions, registerTfjs } from './register.js';
export type {
  TensorFlow,
  TensorFlowCore,
  TfCoreVariable,
  TfLayer,
  TfTensor,
  TfVariable,
  TfWeight,
} from './structural-types.js';
export { loadTopology } from './topology.js';
