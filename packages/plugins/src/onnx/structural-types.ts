/**
 * The parts of a decoded ONNX model that this plug-in touches, by structure, so that neither its code nor its
 * declarations import `onnx-buf`: users decode and encode models themselves.
 */

/** A `ModelProto` as `onnx-buf` decodes it. */
export interface OnnxModel {
  readonly graph?: OnnxGraph | undefined;
}

/** A `GraphProto`. */
export interface OnnxGraph {
  readonly node: readonly OnnxNode[];
  readonly initializer: readonly OnnxTensor[];
  readonly sparseInitializer: readonly unknown[];
}

/** A `NodeProto`. An input that is left out has the name `''`. */
export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly OnnxAttribute[];
}

/** An `AttributeProto`; which field counts follows from the operator. */
export interface OnnxAttribute {
  readonly name: string;
  readonly i: bigint;
  readonly s: Uint8Array;
  readonly ints: readonly bigint[];
  readonly g?: OnnxGraph | undefined;
  readonly graphs: readonly OnnxGraph[];
}

/** A `TensorProto`. Its values are in one of the fields, or in a file beside the model. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly bigint[];
  readonly dataType: number;
  rawData: Uint8Array<ArrayBuffer>;
  floatData: number[];
  doubleData: number[];
  int32Data: number[];
  int64Data: bigint[];
  uint64Data: bigint[];
  externalData: { readonly key: string; readonly value: string }[];
  dataLocation: number;
}
