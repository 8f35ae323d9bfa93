/**
 * ONNX models: the initialisers of the graph, with external data beside the model.
 *
 * @module
 */
import type { CheckpointFormat, WritableFormat } from '@incipit/core';
import type { OnnxWriteOptions } from './write-onnx.js';

export type { OnnxWriteOptions } from './write-onnx.js';

/** A model begins with its version, then its producer or its graph. */
function looksLikeModel(head: Uint8Array): boolean {
  return head[0] === 0x08 && (head[1] ?? 255) < 32 && [0x12, 0x1a, 0x3a, 0x42].includes(head[2] ?? 0);
}

/** The format, as it shall be written. */
export function onnxFormat(options: OnnxWriteOptions = {}): CheckpointFormat & WritableFormat {
  return {
    name: 'onnx',
    endings: ['.onnx'],
    matches: ({ name, head }) => /\.onnx$/i.test(name) || looksLikeModel(head),
    open: async (source, allowance) => (await import('./read-onnx.js')).openOnnx(source, allowance),
    layOut: async (request) => (await import('./write-onnx.js')).layOutOnnx(request, options),
  };
}

/** Names are those of the graph. A file that is written has a graph of initialisers alone. */
export const ONNX: CheckpointFormat & WritableFormat = onnxFormat();
