/**
 * Checkpoints of PyTorch: `.pt`, `.pth`, `.bin`, and TorchScript. Their pickles are read by an own reader with a closed list of names;
 * nothing in them is executed.
 *
 * @module
 */
import type { CheckpointFormat } from '@incipit/core';
import { isZip, zipHas } from '../zip/zip-clue.js';

/** Start of the files before torch 1.6: the pickled number 0x1950a86a20f9469cfc6c. */
const LEGACY_MAGIC = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/** Since torch 1.6; TorchScript programs too. */
export const TORCH: CheckpointFormat = {
  name: 'torch',
  matches: ({ name, head }) =>
    isZip(head) && (/\.(?:pt|pth|bin|ckpt|jit)$/i.test(name) || zipHas(head, /\/(?:data\.pkl|data\/\d+)$/)),
  open: async (source, allowance) => (await import('./read-torch-zip.js')).openTorchZip(source, allowance),
};

/** Before torch 1.6. */
export const TORCH_LEGACY: CheckpointFormat = {
  name: 'torch (legacy)',
  matches: ({ head }) =>
    head[0] === 0x80 &&
    [2, 11].some((start) => LEGACY_MAGIC.every((byte, position) => head[start + position] === byte)),
  open: async (source, allowance) => (await import('./read-torch-legacy.js')).openTorchLegacy(source, allowance),
};
