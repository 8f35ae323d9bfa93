import {
  type ByteSource,
  byteSize,
  type Checkpoint,
  elementCount,
  type ReadAllowance,
  widenFloat8,
} from '@incipit/core';
import {
  bytesOf,
  checkpointOf,
  type ListedTensor,
  malformed,
  opening,
  orUnreadable,
  type StoredTensor,
} from '../common/checkpoint-of.js';
import { OpenedFiles } from '../common/opened-files.js';
import { float8Packing, packedRange } from '../common/packed-range.js';
import { storedRange } from '../common/stored-range.js';
import { windowed } from '../common/windowed.js';
import { constantNodes } from './constant-nodes.js';
import { GRAPH, INITIALIZER, isShort, METADATA, PRODUCER, SPARSE_INITIALIZER } from './onnx-fields.js';
import { type ProtoField, ProtoFile } from './proto-fields.js';
import {
  readEntry,
  readTensorProto,
  type Span,
  type TensorProto,
  type TensorType,
  typeName,
  typeOf,
} from './tensor-proto.js';
import { VarintDecoder } from './varints.js';

/** Field number of `SparseTensorProto`. */
const SPARSE_VALUES = 1;

const WINDOW_BYTES = 64 << 10;

/**
 * Opens an ONNX model: the initialisers of its graph, with data in the model or in files beside it. A graph without any
 * has its weights in constants, by the names of what they put out.
 */
export function openOnnx(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  const files = new OpenedFiles(source);
  const { whole } = files;
  return opening(whole, async () => {
    const proto = new ProtoFile(windowed(source), allowance);
    const metadata = new Map<string, string>();
    let graph: Span | undefined;
    for await (const field of proto.fields(0, source.size)) {
      if (field.id === PRODUCER && field.kind === 'bytes') metadata.set('producer', await proto.text(field));
      else if (field.id === METADATA && isShort(field)) await readEntry(proto, field, metadata);
      else if (field.id === GRAPH && field.kind === 'bytes') graph = field;
    }
    if (graph === undefined) throw malformed(source, 'it has no graph');
    const tensors: ListedTensor[] = [];
    for await (const field of proto.fields(graph.start, graph.end)) {
      if (field.kind !== 'bytes') continue;
      if (field.id === SPARSE_INITIALIZER) tensors.push(await sparse(source, proto, field));
      if (field.id !== INITIALIZER) continue;
      tensors.push(await listTensor(source, await readTensorProto(source, proto, field), files));
    }
    if (tensors.length === 0) {
      for await (const { name, tensor } of constantNodes(proto, graph)) {
        tensors.push(await listTensor(source, { ...(await readTensorProto(source, proto, tensor)), name }, files));
      }
    }
    return checkpointOf(whole, tensors, {
      allowance,
      metadata: Object.fromEntries(metadata),
      stored: files.stored,
    });
  });
}

function listTensor(source: ByteSource, tensor: TensorProto, files: OpenedFiles): Promise<ListedTensor> {
  const heading = { dtype: typeName(tensor.type), shape: tensor.shape };
  return orUnreadable(source, tensor.name, heading, () => placeTensor(source, tensor, files));
}

async function sparse(source: ByteSource, proto: ProtoFile, field: ProtoField): Promise<ListedTensor> {
  let name = '';
  for await (const { id, kind, start, end } of proto.fields(field.start, field.end)) {
    if (id === SPARSE_VALUES && kind === 'bytes') ({ name } = await readTensorProto(source, proto, { start, end }));
  }
  return { name, dtype: 'sparse', reason: 'sparse initialisers are not read' };
}

async function placeTensor(source: ByteSource, tensor: TensorProto, files: OpenedFiles): Promise<StoredTensor> {
  const { name, shape, raw, typed, external } = tensor;
  const type = typeOf(source, tensor);
  const heading = { name, dtype: type.dtype, shape };
  bytesOf(source, heading);
  const bytes = elementCount(shape) * itemBytesOf(type);
  if (external === undefined && raw === undefined) return typedTensor(source, heading, { type, spans: typed });
  const place =
    external === undefined ? { file: source, ...lengthOf(raw) } : await externalPlace(source, external, files);
  if ((place.length ?? bytes) !== bytes) {
    throw malformed(source, `tensor '${name}' has ${place.length} bytes and its shape needs ${bytes}`);
  }
  if (type.float8 === undefined) return storedRange(place.file, place.start, heading);
  return packedRange(place.file, place.start, heading, float8Packing(type.float8));
}

/** Of a value in the file. */
function itemBytesOf({ dtype, float8 }: TensorType): number {
  return float8 === undefined ? byteSize(dtype) : 1;
}

interface Place {
  readonly file: ByteSource;
  readonly start: number;
  readonly length: number | undefined;
}

function lengthOf(span: Span = { start: 0, end: 0 }): Pick<Place, 'start' | 'length'> {
  return { start: span.start, length: span.end - span.start };
}

async function externalPlace(
  source: ByteSource,
  external: ReadonlyMap<string, string>,
  files: OpenedFiles,
): Promise<Place> {
  return {
    file: await files.find(external.get('location') ?? ''),
    start: numberOf(source, external.get('offset')) ?? 0,
    length: numberOf(source, external.get('length')),
  };
}

/** Numbers that stand in a file beside the model, at a place that text tells. */
function numberOf(source: ByteSource, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw malformed(source, `its external data is at '${text}'`);
}

type Heading = Pick<StoredTensor, 'name' | 'dtype' | 'shape'>;

/** Values in a field of their own kind: floats and doubles as they are, all others as varints. */
function typedTensor(
  source: ByteSource,
  heading: Heading,
  { type, spans }: { readonly type: TensorType; readonly spans: readonly Span[] },
): StoredTensor {
  const elements = elementCount(heading.shape);
  const length = spans.reduce((sum, span) => sum + span.end - span.start, 0);
  const fixed = type.float8 === undefined && (heading.dtype === 'float32' || heading.dtype === 'float64');
  // A number takes one byte at least.
  if (fixed ? length !== bytesOf(source, heading) : elements > length) {
    throw malformed(source, `tensor '${heading.name}' has fewer or more values than its shape`);
  }
  const [only] = spans;
  if (fixed && only !== undefined && spans.length === 1) return storedRange(source, only.start, heading);
  return {
    ...heading,
    async read() {
      const itemBytes = itemBytesOf(type);
      const out = new Uint8Array(elements * itemBytes);
      const decoder = new VarintDecoder(out, itemBytes);
      let at = 0;
      await eachPiece(source, spans, (piece) => {
        if (fixed) out.set(piece, at);
        else decoder.push(piece);
        at += piece.byteLength;
      });
      if (!fixed && decoder.count !== elements) {
        throw malformed(source, `tensor '${heading.name}' has ${decoder.count} values and its shape ${elements}`);
      }
      return type.float8 === undefined ? out : widenFloat8(out, type.float8);
    },
  };
}

/** Visits the bytes of the spans, which may be many and short, by larger reads. */
async function eachPiece(
  source: ByteSource,
  spans: readonly Span[],
  visit: (piece: Uint8Array) => void,
): Promise<void> {
  let window: Uint8Array = new Uint8Array(0);
  let start = 0;
  for (const span of spans) {
    for (let at = span.start; at < span.end; ) {
      if (at < start || at >= start + window.byteLength) {
        start = at;
        window = await source.read(at, Math.min(WINDOW_BYTES, source.size - at));
      }
      const piece = window.subarray(at - start, span.end - start);
      visit(piece);
      at += piece.byteLength;
    }
  }
}
