/**
 * What tests of plug-ins need.
 *
 * @module
 */
export { ADAPTER_CASES, type AdapterCase } from './model/adapter-cases.js';
