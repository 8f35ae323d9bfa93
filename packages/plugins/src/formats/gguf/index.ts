/**
 * GGUF, the files of llama.cpp.
 *
 * @module
 */
import type { CheckpointFormat } from '@incipit/core';
import { isGguf } from './gguf-header.js';

/** Plain types as they are, quantised ones as float32: Q4_0 to Q8_0, Q2_K to Q6_K, IQ4_NL, IQ4_XS. */
export const GGUF: CheckpointFormat = {
  name: 'gguf',
  matches: ({ head }) => isGguf(head),
  open: async (source, allowance) => (await import('./read-gguf.js')).openGguf(source, allowance),
};
