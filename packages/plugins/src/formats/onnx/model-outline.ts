import { type ByteSource, CheckpointError, formatShape, ReadAllowance } from '@incipit/core';
import { malformed, unsupported } from '../common/checkpoint-of.js';
import type { NamedTensor } from '../common/native-names.js';
import { GRAPH, INITIALIZER, isShort, METADATA } from './onnx-fields.js';
import { type ProtoField, ProtoFile } from './proto-fields.js';
import { messageField, textField } from './proto-message.js';
import { dataTypeOf, readEntry, readTensorProto } from './tensor-proto.js';

/** A tensor that is written as an initialiser, and where in the file beside the model its values start. */
export interface Initializer extends NamedTensor {
  readonly bytes: number;
  readonly externalAt?: number;
}

/** A model: its fields but for the graph, and the graph's, of which some are initialisers to be written. */
export interface ModelOutline {
  readonly fields: readonly Uint8Array[];
  readonly graph: readonly (Uint8Array | Initializer)[];
}

/** What a model that is there takes. */
export interface NewValues {
  readonly initializers: readonly Initializer[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The metadata of a model, as fields of it. */
export function metadataFields(metadata: Readonly<Record<string, string>>): readonly Uint8Array[] {
  return Object.entries(metadata).map(([key, value]) =>
    messageField(METADATA, [textField(1, key), textField(2, value)]),
  );
}

/**
 * A model that is there, with initialisers to be written in the place of its own.
 *
 * @throws CheckpointError `unknown-tensor` or `wrong-shape` when the model has no such initialiser, `unsupported` when values
 * that stay lie in another file; `malformed` or `truncated`.
 */
export async function outlineOf(source: ByteSource, { initializers, metadata }: NewValues): Promise<ModelOutline> {
  const file = new ProtoFile(source, new ReadAllowance());
  const fields: Uint8Array[] = [];
  let graph: ProtoField | undefined;
  for await (const [field, bytes] of withBytes(file, 0, source.size)) {
    if (field.id === GRAPH && field.kind === 'bytes') graph = field;
    else if (!(await isReplaced(file, field, metadata))) fields.push(await bytes());
  }
  if (graph === undefined) throw malformed(source, 'it has no graph');
  const missing = new Map(initializers.map((tensor) => [tensor.nativeName, tensor]));
  const parts: (Uint8Array | Initializer)[] = [];
  for await (const [field, bytes] of withBytes(file, graph.start, graph.end)) {
    const replaced = field.id === INITIALIZER ? await replacement(source, { file, field, missing }) : undefined;
    parts.push(replaced ?? (await bytes()));
  }
  const [unknown] = missing.values();
  if (unknown !== undefined) throw unknownTensor(source, unknown);
  return { fields: [...fields, ...metadataFields(metadata)], graph: parts };
}

/** The fields of a message, and the bytes of each with its tag. */
async function* withBytes(
  file: ProtoFile,
  start: number,
  end: number,
): AsyncGenerator<readonly [ProtoField, () => Promise<Uint8Array>], void, undefined> {
  let from = start;
  for await (const field of file.fields(start, end)) {
    const range = { start: from, end: field.end };
    yield [field, () => file.bytes(range)];
    from = field.end;
  }
}

async function isReplaced(file: ProtoFile, field: ProtoField, metadata: NewValues['metadata']): Promise<boolean> {
  if (field.id !== METADATA || !isShort(field)) return false;
  const entry = new Map<string, string>();
  await readEntry(file, field, entry);
  return [...entry.keys()].some((key) => Object.hasOwn(metadata, key));
}

interface Candidate {
  readonly file: ProtoFile;
  readonly field: ProtoField;
  /** By name, those whose place was not found yet. */
  readonly missing: Map<string, Initializer>;
}

async function replacement(source: ByteSource, { file, field, missing }: Candidate): Promise<Initializer | undefined> {
  const { name, type, shape, external } = await readTensorProto(source, file, field);
  const tensor = missing.get(name);
  if (tensor === undefined) {
    if (external === undefined) return undefined;
    throw unsupported(
      source,
      `keeps the values of '${name}' in the file '${external.get('location')}', and they are not written`,
      'write every initialiser, or put the values into the model first',
    );
  }
  missing.delete(name);
  if (type === dataTypeOf(tensor) && formatShape(shape) === formatShape(tensor.shape)) return tensor;
  throw new CheckpointError({
    code: 'wrong-shape',
    what: `tensor '${tensor.name}' is ${tensor.dtype} of shape ${formatShape(tensor.shape)}`,
    path: tensor.name,
    expected: `what '${name}' of '${source.name}' is, the data type ${type} and the shape ${formatShape(shape)}`,
    fix: 'plan over the very model that is passed',
  });
}

function unknownTensor(source: ByteSource, { name, nativeName }: Initializer): CheckpointError {
  return new CheckpointError({
    code: 'unknown-tensor',
    what: `'${source.name}' has no initialiser '${nativeName}'`,
    path: name,
    fix: 'plan over the very model that is passed; `nameOf` tells what its initialisers are called',
  });
}
