import {
  type Adapter,
  AdapterError,
  type ByteSource,
  type KeptValues,
  type ModuleNode,
  type TensorData,
  type TensorPart,
} from '@incipit/core';
import { Descriptions } from '../described.js';
import { nameKind } from '../errors.js';
import type { TreePatterns } from '../tree-patterns.js';
import { describeGraph } from './graph-tree.js';
import type { OnnxGraph, OnnxModel } from './structural-types.js';
import { keepValues, readPart, readValues, type TensorPlace, writePart, writeValues } from './tensor-values.js';

/** How {@link onnx} looks at a model; patterns tell what the graph does not, and come before what it does. */
export interface OnnxOptions extends TreePatterns {
  /** The model's file, for values that lie in files beside it: `await fileSource('model.onnx')`. */
  readonly source?: ByteSource;
}

/**
 * An ONNX model for Incipit: the initializers of its graph are the parameters, and the nodes that use them say what they
 * are. A write puts raw data **into the model that was passed**; encode that when the run is done.
 *
 * @param model as `fromBinary(ModelProtoSchema, bytes)` of @bufbuild/protobuf and onnx-buf gives it.
 * @throws AdapterError `not-onnx` at once; `broken-model`, `broken-tensor`, `external-data`, `wrong-axes`,
 * `unmatched-pattern` and `unknown-parameter`, and CheckpointError for external data, when the model is looked at.
 *
 * @example
 * ```ts
 * const model = fromBinary(ModelProtoSchema, await readFile('model.onnx'));
 * await initialize(onnx(model), { type: 'Kaiming', layer: 'Conv2d' }, { seed: 42 });
 * await writeFile('initialised.onnx', toBinary(ModelProtoSchema, model));
 * ```
 */
export function onnx(model: OnnxModel, options: OnnxOptions = {}): Adapter {
  const graph = graphOf(model);
  const own = new WeakSet<Uint8Array>();
  const described = new Descriptions('the graph', () => describeGraph(graph, options));
  const place = (path: string): TensorPlace => ({ path, tensor: described.at(path), source: options.source, own });
  return {
    framework: 'onnx',
    tree: (): ModuleNode => described.tree(),
    read: async (path: string): Promise<TensorData> => readValues(place(path)),
    async readPart(path: string, offset: number, bytes: Uint8Array): Promise<boolean> {
      await readPart(place(path), { offset, bytes });
      return true;
    },
    async writePart(path: string, part: TensorPart): Promise<boolean> {
      await writePart(place(path), part);
      return true;
    },
    write: (path: string, data: TensorData): void => writeValues(place(path), data),
    keep: (path: string): KeptValues => keepValues(place(path)),
  };
}

/** @throws AdapterError `not-onnx`. */
export function graphOf(model: unknown): OnnxGraph {
  const { graph } = (model ?? {}) as Partial<OnnxModel>;
  if (Array.isArray(graph?.initializer) && Array.isArray(graph.node)) return graph;
  const bytes = model instanceof Uint8Array;
  throw new AdapterError({
    code: 'not-onnx',
    what: bytes
      ? 'The model is still encoded'
      : `The first argument is ${nameKind(model)}, not an ONNX model with a graph`,
    expected: 'a ModelProto as onnx-buf 1.20 decodes it',
    fix: 'pass `fromBinary(ModelProtoSchema, bytes)`, with `fromBinary` of @bufbuild/protobuf and the schema of onnx-buf',
  });
}
