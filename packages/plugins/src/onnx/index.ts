/**
 * ONNX graphs for Incipit.
 *
 * @module
 */
export { type OnnxOptions, onnx } from './adapter.js';
export { type GraphNames, graphNames } from './graph-names.js';
export type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from './structural-types.js';
