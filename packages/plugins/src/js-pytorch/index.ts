/**
 * js-pytorch models for Incipit.
 *
 * @module
 */
export { type JsPytorchOptions, jsPytorch } from './adapter.js';
export type { JsPyTorch, TorchClass, TorchModule, TorchTensor } from './structural-types.js';
