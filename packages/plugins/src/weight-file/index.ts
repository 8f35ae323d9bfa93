/**
 * Weight files as models for Incipit.
 *
 * @module
 */
export { type WeightFile, type WeightFileOptions, weightFile } from './adapter.js';
