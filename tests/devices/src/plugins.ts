// What the checks need of plug-ins' tests, in a page.
export { makeAdapter as jaxAdapter } from '../../../packages/plugins/dist/jax-js/testing/adapter-trees.js';
export { ADAPTER_KINDS as TFJS_KINDS } from '../../../packages/plugins/dist/tfjs/testing/adapter-kinds.js';
