/**
 * TensorFlow.js models for Incipit.
 *
 * @module
 */
export { type TfjsOptions, tfjs, tfjsVariables } from './adapter.js';
export type { Built } from './init-state.js';
export type { TfLayers, TfSymbol } from './layers-namespace.js';
export { type ModelArtifacts, modelArtifacts } from './model-artifacts.js';
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
