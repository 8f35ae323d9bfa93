import { CheckpointError } from '../errors.js';
import type { CheckpointEntry, CheckpointHeader } from '../ir/checkpoint-header.js';
import { byteSize, type DType } from '../ir/dtype.js';
import { elementCount, formatShape, type Shape } from '../ir/shape.js';

/** Format's own limit on the header, 100 MB (safetensors `MAX_HEADER_SIZE`). */
export const MAX_HEADER_BYTES = 100_000_000;

const DTYPE_OF: Readonly<Record<string, DType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
};
const NAME_OF = new Map(Object.entries(DTYPE_OF).map(([name, dtype]) => [dtype, name]));

/** Name of a dtype in a safetensors header. */
export function safetensorsDType(dtype: DType): string {
  const name = NAME_OF.get(dtype);
  if (name === undefined)
    throw new CheckpointError({ code: 'unknown-dtype', what: `safetensors has no dtype for '${dtype}'` });
  return name;
}

/**
 * Checks a parsed header as the official reader does: known dtypes, whole shapes, sizes that agree, data that covers
 * the file without gaps or overlaps.
 *
 * @param dataBytes bytes that follow the header in the file.
 * @throws CheckpointError `malformed` or `truncated`.
 */
export function parseSafetensorsHeader(source: string, text: string, dataBytes: number): CheckpointHeader {
  const raw = parseJson(source, text);
  const tensors: Record<string, CheckpointEntry> = Object.create(null) as Record<string, CheckpointEntry>;
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (name === '__metadata__') metadata = readMetadata(source, value);
    else tensors[name] = readEntry(source, name, value);
  }
  checkCoverage(source, Object.entries(tensors), dataBytes);
  return { source, tensors, metadata };
}

function malformed(source: string, what: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    code: 'malformed',
    what: `'${source}' is not a valid safetensors file: ${what}`,
    fix: 'write the file again with a safetensors library',
    cause,
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(source: string, text: string): Readonly<Record<string, unknown>> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw malformed(source, 'its header is not JSON', cause);
  }
  if (!isRecord(raw)) throw malformed(source, 'its header is not a JSON object');
  return raw;
}

function readMetadata(source: string, value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value) || Object.values(value).some((entry) => typeof entry !== 'string')) {
    throw malformed(source, '__metadata__ must map strings to strings');
  }
  return value as Readonly<Record<string, string>>;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function readEntry(source: string, name: string, value: unknown): CheckpointEntry {
  if (!isRecord(value)) throw malformed(source, `the entry of tensor '${name}' is not an object`);
  const { dtype: dtypeName, shape, data_offsets: offsets } = value;
  const dtype = typeof dtypeName === 'string' && Object.hasOwn(DTYPE_OF, dtypeName) ? DTYPE_OF[dtypeName] : undefined;
  if (dtype === undefined)
    throw malformed(source, `tensor '${name}' has the unknown dtype ${JSON.stringify(dtypeName)}`);
  if (!Array.isArray(shape) || !shape.every(isIndex)) {
    throw malformed(source, `tensor '${name}' has the shape ${JSON.stringify(shape)}`);
  }
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!isIndex(begin) || !isIndex(end) || end < begin) {
    throw malformed(source, `tensor '${name}' has the data_offsets ${JSON.stringify(offsets)}`);
  }
  const bytes = elementCount(shape as Shape) * byteSize(dtype);
  if (bytes !== end - begin) {
    throw malformed(
      source,
      `tensor '${name}' of shape ${formatShape(shape as Shape)} and dtype ${dtype} needs ${bytes} bytes and has ${end - begin}`,
    );
  }
  return { dtype, shape: shape as Shape, byteOffset: begin, byteLength: end - begin };
}

function checkCoverage(
  source: string,
  entries: readonly (readonly [string, CheckpointEntry])[],
  dataBytes: number,
): void {
  const sorted = [...entries].sort((a, b) => a[1].byteOffset - b[1].byteOffset || a[1].byteLength - b[1].byteLength);
  let at = 0;
  for (const [name, entry] of sorted) {
    if (entry.byteOffset !== at) {
      throw malformed(source, `the data of tensor '${name}' starts at ${entry.byteOffset} where ${at} was expected`);
    }
    at += entry.byteLength;
  }
  if (at > dataBytes) {
    throw new CheckpointError({
      code: 'truncated',
      what: `'${source}' is truncated: its header promises ${at} bytes of data and ${dataBytes} are there`,
      fix: 'download or copy the file again',
    });
  }
  if (at < dataBytes) throw malformed(source, `${dataBytes - at} bytes follow the last tensor`);
}
