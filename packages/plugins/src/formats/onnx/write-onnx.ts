import {
  CheckpointError,
  type FileLayout,
  type LayoutPiece,
  type LayoutRequest,
  type Segment,
  type TensorHeading,
  tensorBytes,
} from '@incipit/core';
import { plainStem } from '../common/plain-name.js';
import { fieldStart, joined, messageField, numberField, textField } from './proto-message.js';
import { dataTypeOf } from './tensor-proto.js';

/** How an ONNX model is written. */
export interface OnnxWriteOptions {
  /**
   * Whether the values lie in a file beside the model. Default: only when they must, since a model of more than 2 GiB cannot
   * be read.
   */
  readonly externalData?: boolean | undefined;
}

/** The oldest that has all of the data types, and what its time's tools understand. */
const IR_VERSION = 8;
const OPSET = 17;

/** Limit of protobuf. */
const MAX_MODEL_BYTES = 2 ** 31 - 1;
/** What is smaller stays in the model, where shape inference sees it, as onnx's own writer has it. */
const SMALL_BYTES = 1024;
/** External data start where computers can map them: large ones at a page of Windows, the largest there is. */
const LARGE = { from: 1 << 20, alignment: 1 << 16 };
const ALIGNMENT = 64;

/** A tensor, and where in the file beside the model its values start. */
interface Initializer extends TensorHeading {
  readonly bytes: number;
  readonly externalAt?: number;
}

/**
 * A model whose graph has the tensors as initialisers, and nothing else. They are outputs too: onnxruntime refuses a graph
 * without outputs, and gives their values when it runs this one.
 */
export async function layOutOnnx(request: LayoutRequest, { externalData }: OnnxWriteOptions): Promise<FileLayout> {
  const tensors = request.tensors.map((tensor) => ({ ...tensor, bytes: tensorBytes(tensor) }));
  if (externalData !== true) {
    const model = encodeModel(request, tensors, '');
    if (model.bytes <= MAX_MODEL_BYTES) return { files: [request.name], ...model };
    if (externalData === false) throw tooLarge(model.bytes);
  }
  const [data = ''] = await request.freeNames((attempt) => [dataName(request.name, attempt)]);
  const placed = placeBeside(tensors);
  const model = encodeModel(request, placed, data);
  if (model.bytes > MAX_MODEL_BYTES) throw tooLarge(model.bytes);
  return { files: [data, request.name], ...model };
}

function tooLarge(bytes: number): CheckpointError {
  return new CheckpointError({
    code: 'too-large',
    what: `the ONNX model would take ${bytes} bytes, and none can be read that takes more than ${MAX_MODEL_BYTES}`,
    fix: 'leave `externalData` out, so that large values lie in a file beside the model',
  });
}

function dataName(file: string, attempt: number): string {
  const stem = plainStem(file, /\.onnx$/i);
  return `${attempt === 1 ? stem : `${stem}-${attempt}`}.onnx.data`;
}

function placeBeside(tensors: readonly Initializer[]): readonly Initializer[] {
  let end = 0;
  return tensors.map((tensor) => {
    if (tensor.bytes < SMALL_BYTES) return tensor;
    const alignment = tensor.bytes >= LARGE.from ? LARGE.alignment : ALIGNMENT;
    const externalAt = Math.ceil(end / alignment) * alignment;
    end = externalAt + tensor.bytes;
    return { ...tensor, externalAt };
  });
}

interface EncodedModel extends Pick<FileLayout, 'places' | 'pieces'> {
  /** Of the model's own file. */
  readonly bytes: number;
}

function encodeModel(
  { name: file, metadata }: LayoutRequest,
  tensors: readonly Initializer[],
  data: string,
): EncodedModel {
  const initializers = tensors.map((tensor) => encodeInitializer(tensor, data));
  const graphName = textField(2, 'weights');
  const outputs = joined(tensors.map(encodeOutput));
  const graphBytes = initializers.reduce(
    (sum, { start, inline }) => sum + start.byteLength + inline,
    graphName.byteLength + outputs.byteLength,
  );
  const head = joined([
    numberField(1, IR_VERSION),
    textField(2, 'Incipit'),
    messageField(8, [textField(1, ''), numberField(2, OPSET)]),
    ...Object.entries(metadata).map(([key, value]) => messageField(14, [textField(1, key), textField(2, value)])),
    fieldStart(7, graphBytes),
    graphName,
  ]);
  const places = new Map<string, readonly Segment[]>();
  const pieces: LayoutPiece[] = [{ file, at: 0, bytes: head }];
  let at = head.byteLength;
  for (const [position, { start, inline }] of initializers.entries()) {
    const { name, bytes, externalAt } = tensors[position] as Initializer;
    pieces.push({ file, at, bytes: start });
    at += start.byteLength;
    places.set(name, [externalAt === undefined ? { file, at, bytes } : { file: data, at: externalAt, bytes }]);
    at += inline;
  }
  pieces.push({ file, at, bytes: outputs });
  return { places, pieces, bytes: at + outputs.byteLength };
}

/** A `TensorProto` within its graph, up to its values, and how many bytes of them follow. */
function encodeInitializer(tensor: Initializer, data: string): { readonly start: Uint8Array; readonly inline: number } {
  const { name, shape, bytes, externalAt } = tensor;
  const about = joined([
    ...shape.map((extent) => numberField(1, extent)),
    numberField(2, dataTypeOf(tensor)),
    textField(8, name),
  ]);
  if (externalAt !== undefined) {
    const entries = Object.entries({ location: data, offset: String(externalAt), length: String(bytes) });
    const place = entries.map(([key, value]) => messageField(13, [textField(1, key), textField(2, value)]));
    return { start: messageField(5, [about, ...place, numberField(14, 1)]), inline: 0 };
  }
  const raw = fieldStart(9, bytes);
  const length = about.byteLength + raw.byteLength + bytes;
  return { start: joined([fieldStart(5, length), about, raw]), inline: bytes };
}

/** A `ValueInfoProto` of the graph. */
function encodeOutput(tensor: Initializer): Uint8Array {
  const extents = tensor.shape.map((extent) => messageField(1, [numberField(1, extent)]));
  const type = messageField(1, [numberField(1, dataTypeOf(tensor)), messageField(2, extents)]);
  return messageField(12, [textField(1, tensor.name), messageField(2, [type])]);
}
