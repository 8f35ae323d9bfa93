import { graphOf, type OnnxOptions } from './adapter.js';
import { describeGraph } from './graph-tree.js';
import type { OnnxModel } from './structural-types.js';

/** What tells how a model's parameters are called in its graph; options of `onnxFormat`. */
export interface GraphNames {
  /** The initializer's name of a path: `onnx::Conv_7`. */
  nameOf(path: string): string;
}

/**
 * What a file needs to take the values of an ONNX model without the model being encoded.
 *
 * @param options as {@link onnx} was given them.
 * @throws AdapterError as `onnx` does.
 * @example
 * import { onnxFormat } from '@incipit/plugins/formats/onnx';
 * const source = await fileSource('model.onnx');
 * const format = onnxFormat({ model: source, ...graphNames(model) });
 * await executeToFile(made, onnx(model, { source }), 'initialised.onnx', { formats: [format] });
 */
export function graphNames(model: OnnxModel, options: OnnxOptions = {}): GraphNames {
  const { parameters } = describeGraph(graphOf(model), options);
  return { nameOf: (path) => parameters.get(path)?.name ?? path };
}
