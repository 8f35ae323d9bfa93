import {
  type ByteSource,
  CheckpointError,
  type FileLayout,
  type LayoutPiece,
  type LayoutRequest,
  type Segment,
  tensorBytes,
} from '@incipit/core';
import { withNativeNames } from '../common/native-names.js';
import { plainStem } from '../common/plain-name.js';
import { type Initializer, type ModelOutline, metadataFields, outlineOf } from './model-outline.js';
import { fieldStart, joined, messageField, numberField, textField } from './proto-message.js';
import { dataTypeOf } from './tensor-proto.js';

/** How an ONNX model is written. */
export interface OnnxWriteOptions {
  /**
   * Whether the values lie in a file beside the model. Default: only when they must, since a model of more than 2 GiB cannot
   * be read.
   */
  readonly externalData?: boolean | undefined;
  /**
   * A model whose initialisers take the values that are written; its graph stays, and so do initialisers that are not
   * written. It must be open while the file is laid out.
   */
  readonly model?: ByteSource | undefined;
  /** The initialiser's name of a tensor. Default: the tensor's own. */
  readonly nameOf?: ((tensor: string) => string) | undefined;
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

/** A model with the tensors as initialisers: a new one, or one that is there with other values. */
export async function layOutOnnx(
  request: LayoutRequest,
  { externalData, model, nameOf = (tensor) => tensor }: OnnxWriteOptions,
): Promise<FileLayout> {
  const tensors = withNativeNames(request.tensors, 'ONNX', nameOf).map((tensor): Initializer => {
    return { ...tensor, bytes: tensorBytes(tensor) };
  });
  const outline =
    model === undefined
      ? newModel(tensors, request.metadata)
      : await outlineOf(model, { initializers: tensors, metadata: request.metadata });
  if (externalData !== true) {
    const inline = encodeModel(outline, { file: request.name, data: '' });
    if (inline.bytes <= MAX_MODEL_BYTES) return { files: [request.name], ...inline };
    if (externalData === false) throw tooLarge(inline.bytes);
  }
  const [data = ''] = await request.freeNames((attempt) => [dataName(request.name, attempt)]);
  const beside = encodeModel(placeBeside(outline), { file: request.name, data });
  if (beside.bytes > MAX_MODEL_BYTES) throw tooLarge(beside.bytes);
  const used = [...beside.places.values()].flat().some(({ file }) => file === data);
  return { files: used ? [data, request.name] : [request.name], ...beside };
}

/**
 * A graph of the tensors, and nothing else. They are outputs too: onnxruntime refuses a graph without outputs, and gives
 * their values when it runs this one.
 */
function newModel(tensors: readonly Initializer[], metadata: LayoutRequest['metadata']): ModelOutline {
  const opset = messageField(8, [textField(1, ''), numberField(2, OPSET)]);
  return {
    fields: [numberField(1, IR_VERSION), textField(2, 'Incipit'), opset, ...metadataFields(metadata)],
    graph: [textField(2, 'weights'), ...tensors, ...tensors.map(encodeOutput)],
  };
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

function placeBeside({ fields, graph }: ModelOutline): ModelOutline {
  let end = 0;
  const placed = graph.map((part) => {
    if (part instanceof Uint8Array || part.bytes < SMALL_BYTES) return part;
    const alignment = part.bytes >= LARGE.from ? LARGE.alignment : ALIGNMENT;
    const externalAt = Math.ceil(end / alignment) * alignment;
    end = externalAt + part.bytes;
    return { ...part, externalAt };
  });
  return { fields, graph: placed };
}

interface EncodedModel extends Pick<FileLayout, 'places' | 'pieces'> {
  /** Of the model's own file. */
  readonly bytes: number;
}

function encodeModel(
  { fields, graph }: ModelOutline,
  { file, data }: { readonly file: string; readonly data: string },
): EncodedModel {
  const parts = graph.map((part) =>
    part instanceof Uint8Array
      ? { start: part, inline: 0, tensor: undefined }
      : { ...encodeInitializer(part, data), tensor: part },
  );
  const graphBytes = parts.reduce((sum, { start, inline }) => sum + start.byteLength + inline, 0);
  const head = joined([...fields, fieldStart(7, graphBytes)]);
  const places = new Map<string, readonly Segment[]>();
  const pieces: LayoutPiece[] = [{ file, at: 0, bytes: head }];
  let at = head.byteLength;
  for (const { start, inline, tensor } of parts) {
    pieces.push({ file, at, bytes: start });
    at += start.byteLength;
    if (tensor !== undefined) {
      const { name, bytes, externalAt } = tensor;
      places.set(name, [externalAt === undefined ? { file, at, bytes } : { file: data, at: externalAt, bytes }]);
    }
    at += inline;
  }
  return { places, pieces, bytes: at };
}

/** A `TensorProto` within its graph, up to its values, and how many bytes of them follow. */
function encodeInitializer(tensor: Initializer, data: string): { readonly start: Uint8Array; readonly inline: number } {
  const { nativeName, shape, bytes, externalAt } = tensor;
  const about = joined([
    ...shape.map((extent) => numberField(1, extent)),
    numberField(2, dataTypeOf(tensor)),
    textField(8, nativeName),
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
  return messageField(12, [textField(1, tensor.nativeName), messageField(2, [type])]);
}
