/**
 * ONNX models: the initialisers of the graph, with external data beside the model.
 *
 * @module
 */
import type { CheckpointFormat } from '@incipit/core';

/** A model begins with its version, then its producer or its graph. */
function looksLikeModel(head: Uint8Array): boolean {
  return head[0] === 0x08 && (head[1] ?? 255) < 32 && [0x12, 0x1a, 0x3a, 0x42].includes(head[2] ?? 0);
}

/** Names are those of the graph. */
export const ONNX: CheckpointFormat = {
  name: 'onnx',
  matches: ({ name, head }) => /\.onnx$/i.test(name) || looksLikeModel(head),
  open: async (source) => (await import('./read-onnx.js')).openOnnx(source),
};
