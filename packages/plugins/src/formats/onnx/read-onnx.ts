import { type ByteSource, byteSize, type Checkpoint, elementCount, openBeside } from '@incipit/core';
import { bytesOf, checkpointOf, malformed, opening, type StoredTensor, unsupported } from '../common/checkpoint-of.js';
import { concatenated } from '../common/concatenated.js';
import { storedRange } from '../common/stored-range.js';
import { constantNodes } from './constant-nodes.js';
import { GRAPH, INITIALIZER, isShort, METADATA, PRODUCER, SPARSE_INITIALIZER } from './onnx-fields.js';
import { ProtoFile } from './proto-fields.js';
import { decodeVarints, readEntry, readTensorProto, type Span, type TensorProto } from './tensor-proto.js';

/**
 * Opens an ONNX model: the initialisers of its graph, with data in the model or in files beside it. A graph without any
 * has its weights in constants, by the names of what they put out.
 */
export function openOnnx(source: ByteSource): Promise<Checkpoint> {
  const files = new Map<string, ByteSource>();
  const close = async (): Promise<void> => {
    for (const file of files.values()) await file.close();
    await source.close();
  };
  const whole = { ...source, close };
  return opening(whole, async () => {
    const proto = new ProtoFile(source);
    const metadata = new Map<string, string>();
    let graph: Span | undefined;
    for await (const field of proto.fields(0, source.size)) {
      if (field.id === PRODUCER && field.kind === 'bytes') metadata.set('producer', await proto.text(field));
      else if (field.id === METADATA && isShort(field)) await readEntry(proto, field, metadata);
      else if (field.id === GRAPH && field.kind === 'bytes') graph = field;
    }
    if (graph === undefined) throw malformed(source, 'it has no graph');
    const tensors: StoredTensor[] = [];
    for await (const field of proto.fields(graph.start, graph.end)) {
      if (field.id === SPARSE_INITIALIZER) throw unsupported(source, 'has sparse initialisers');
      if (field.id !== INITIALIZER || field.kind !== 'bytes') continue;
      const tensor = await readTensorProto(source, proto, field);
      tensors.push(await placeTensor(source, tensor, files));
    }
    if (tensors.length > 0) return checkpointOf(whole, tensors, Object.fromEntries(metadata));
    for await (const { name, tensor: span } of constantNodes(proto, graph)) {
      const tensor = await readTensorProto(source, proto, span);
      tensors.push(await placeTensor(source, { ...tensor, name }, files));
    }
    return checkpointOf(whole, tensors, Object.fromEntries(metadata));
  });
}

async function placeTensor(
  source: ByteSource,
  tensor: TensorProto,
  files: Map<string, ByteSource>,
): Promise<StoredTensor> {
  const { name, dtype, shape, raw, typed, external } = tensor;
  const heading = { name, dtype, shape };
  const bytes = bytesOf(source, heading);
  if (external !== undefined) return externalTensor(source, tensor, { external, files });
  if (raw !== undefined) {
    if (raw.end - raw.start !== bytes) {
      throw malformed(source, `tensor '${name}' has ${raw.end - raw.start} bytes and its shape needs ${bytes}`);
    }
    return storedRange(source, raw.start, heading);
  }
  return typedTensor(source, heading, typed);
}

/** Numbers that stand in a file beside the model, at a place that text tells. */
function numberOf(source: ByteSource, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw malformed(source, `its external data is at '${text}'`);
}

async function externalTensor(
  source: ByteSource,
  tensor: TensorProto,
  { external, files }: { readonly external: ReadonlyMap<string, string>; readonly files: Map<string, ByteSource> },
): Promise<StoredTensor> {
  const heading = { name: tensor.name, dtype: tensor.dtype, shape: tensor.shape };
  const location = external.get('location') ?? '';
  const file = files.get(location) ?? (await openBeside(source, location));
  files.set(location, file);
  const bytes = bytesOf(source, heading);
  if (numberOf(source, external.get('length'), bytes) !== bytes) {
    throw malformed(source, `tensor '${tensor.name}' has ${external.get('length')} bytes and its shape needs ${bytes}`);
  }
  return storedRange(file, numberOf(source, external.get('offset'), 0), heading);
}

type Heading = Pick<StoredTensor, 'name' | 'dtype' | 'shape'>;

/** Values in a field of their own kind: floats and doubles as they are, all others as varints. */
function typedTensor(source: ByteSource, heading: Heading, spans: readonly Span[]): StoredTensor {
  const elements = elementCount(heading.shape);
  const length = spans.reduce((sum, span) => sum + span.end - span.start, 0);
  const fixed = heading.dtype === 'float32' || heading.dtype === 'float64';
  // A number takes one byte at least.
  if (fixed ? length !== bytesOf(source, heading) : elements > length) {
    throw malformed(source, `tensor '${heading.name}' has fewer or more values than its shape`);
  }
  const [only] = spans;
  if (fixed && only !== undefined && spans.length === 1) return storedRange(source, only.start, heading);
  const packed = concatenated(
    source.name,
    spans.map((span) => spanSource(source, span)),
  );
  return {
    ...heading,
    async read() {
      const bytes = await packed.read(0, length);
      if (fixed) return bytes;
      const values = decodeVarints(bytes);
      if (values.length !== elements) {
        throw malformed(source, `tensor '${heading.name}' has ${values.length} values and its shape ${elements}`);
      }
      return littleEndian(values, byteSize(heading.dtype));
    },
  };
}

function spanSource(source: ByteSource, span: Span): ByteSource {
  return {
    name: source.name,
    size: span.end - span.start,
    read: (offset, length) => source.read(span.start + offset, length),
    async close() {},
  };
}

/** The lower bytes of each number; float16 and bfloat16 stand as their bits. */
function littleEndian(values: readonly bigint[], itemBytes: number): Uint8Array {
  const out = new Uint8Array(values.length * itemBytes);
  const view = new DataView(out.buffer);
  for (const [k, value] of values.entries()) {
    const low = Number(BigInt.asUintN(32, value));
    if (itemBytes === 8) view.setBigInt64(k * 8, value, true);
    else if (itemBytes === 4) view.setUint32(k * 4, low, true);
    else if (itemBytes === 2) view.setUint16(k * 2, low & 0xffff, true);
    else view.setUint8(k, low & 0xff);
  }
  return out;
}
