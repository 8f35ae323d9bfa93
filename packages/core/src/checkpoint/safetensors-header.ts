import { CheckpointError } from '../errors.js';
import type { CheckpointEntry, CheckpointHeader, UnreadableEntry } from '../ir/checkpoint-header.js';
import { byteSize, type DType } from '../ir/dtype.js';
import type { Float8 } from '../ir/float8.js';
import { isJsonObject } from '../ir/json.js';
import { elementCount, type Shape } from '../ir/shape.js';
import { shortened, shownValue, unreadableError } from './unreadable.js';

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
/** Characters of a name; what looks at names need not fear longer ones. */
export const MAX_NAME = 4096;
/** What a tensor takes beside its JSON: entries, places, the lists that are sorted. */
export const ENTRY_BYTES = 512;
/** Given out as float32. */
const FLOAT8_OF: Readonly<Record<string, Float8>> = {
  F8_E4M3: 'float8_e4m3fn',
  F8_E5M2: 'float8_e5m2',
  F8_E4M3FNUZ: 'float8_e4m3fnuz',
  F8_E5M2FNUZ: 'float8_e5m2fnuz',
  F8_E8M0: 'float8_e8m0fnu',
};
/** Of the format, and of no use here. */
const UNREAD: ReadonlySet<string> = new Set(['C64', 'F4', 'F6_E2M3', 'F6_E3M2']);
const NAME_OF = new Map(Object.entries(DTYPE_OF).map(([name, dtype]) => [dtype, name]));

/** Name of a dtype in a safetensors header. */
export function safetensorsDType(dtype: DType): string {
  const name = NAME_OF.get(dtype);
  if (name === undefined)
    throw new CheckpointError({ code: 'unknown-dtype', what: `safetensors has no dtype for '${dtype}'` });
  return name;
}

/** Where a tensor's bytes are, from the start of the data. */
export interface StoredPlace {
  readonly begin: number;
  readonly end: number;
  /** What the bytes are, where that is not what is given out. */
  readonly float8?: Float8;
}

/** What a header says. */
export interface SafetensorsHeader {
  readonly header: CheckpointHeader;
  readonly places: ReadonlyMap<string, StoredPlace>;
}

/**
 * Checks a parsed header as the official reader does: known dtypes, whole shapes, sizes that agree, data that covers
 * the file without gaps or overlaps.
 *
 * @param data bytes that follow the header in the file, and what counts the memory that its tensors take.
 * @throws CheckpointError `malformed` or `truncated`; `unsupported` where no tensor can be read.
 */
export function parseSafetensorsHeader(
  source: string,
  text: string,
  data: { readonly bytes: number; spend(memory: number): void },
): SafetensorsHeader {
  const raw = parseJson(source, text);
  data.spend(ENTRY_BYTES * Object.keys(raw).length);
  const tensors: Record<string, CheckpointEntry> = Object.create(null) as Record<string, CheckpointEntry>;
  const unreadable: Record<string, UnreadableEntry> = Object.create(null) as Record<string, UnreadableEntry>;
  const places = new Map<string, StoredPlace>();
  let metadata: Readonly<Record<string, string>> = {};
  let refused: CheckpointError | undefined;
  for (const [name, value] of Object.entries(raw)) {
    if (name === '__metadata__') {
      data.spend(ENTRY_BYTES * Object.keys(isJsonObject(value) ? value : {}).length);
      metadata = readMetadata(source, value);
      continue;
    }
    if (name.length > MAX_NAME) throw malformed(source, `a tensor has a name of ${name.length} characters`);
    const { entry, place } = readEntry(source, name, value);
    places.set(name, place);
    if ('reason' in entry) {
      unreadable[name] = entry;
      refused ??= unreadableError(source, name, entry);
    } else tensors[name] = entry;
  }
  checkCoverage(source, [...places], data.bytes);
  if (refused === undefined) return { header: { source, tensors, metadata }, places };
  if (Object.keys(tensors).length === 0) throw refused;
  return { header: { source, tensors, unreadable, metadata }, places };
}

function malformed(source: string, what: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    code: 'malformed',
    what: `'${source}' is not a valid safetensors file: ${shortened(what, 1000)}`,
    fix: 'write the file again with a safetensors library',
    cause,
  });
}

function parseJson(source: string, text: string): Readonly<Record<string, unknown>> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw malformed(source, 'its header is not JSON', cause);
  }
  if (!isJsonObject(raw)) throw malformed(source, 'its header is not a JSON object');
  return raw;
}

function readMetadata(source: string, value: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(value) || Object.values(value).some((entry) => typeof entry !== 'string')) {
    throw malformed(source, '__metadata__ must map strings to strings');
  }
  return value as Readonly<Record<string, string>>;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

interface ReadEntry {
  readonly entry: CheckpointEntry | UnreadableEntry;
  readonly place: StoredPlace;
}

function readEntry(source: string, name: string, value: unknown): ReadEntry {
  if (!isJsonObject(value)) throw malformed(source, `the entry of tensor '${name}' is not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') throw malformed(source, `tensor '${name}' has the dtype ${shownValue(dtype)}`);
  if (!Array.isArray(shape) || !shape.every(isIndex)) {
    throw malformed(source, `tensor '${name}' has the shape ${shownValue(shape)}`);
  }
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!isIndex(begin) || !isIndex(end) || end < begin) {
    throw malformed(source, `tensor '${name}' has the data_offsets ${shownValue(offsets)}`);
  }
  return placedEntry(source, name, { dtype, shape: shape as Shape, begin, end });
}

interface Heading extends StoredPlace {
  readonly dtype: string;
  readonly shape: Shape;
}

function placedEntry(source: string, name: string, { dtype: code, shape, begin, end }: Heading): ReadEntry {
  const float8 = Object.hasOwn(FLOAT8_OF, code) ? FLOAT8_OF[code] : undefined;
  const dtype = float8 === undefined ? (Object.hasOwn(DTYPE_OF, code) ? DTYPE_OF[code] : undefined) : 'float32';
  if (dtype === undefined) {
    if (!UNREAD.has(code)) throw malformed(source, `tensor '${name}' has the unknown dtype ${shownValue(code)}`);
    return { entry: { dtype: code, shape, reason: 'values of this type have no meaning here' }, place: { begin, end } };
  }
  const elements = elementCount(shape);
  const bytes = elements * (float8 === undefined ? byteSize(dtype) : 1);
  if (bytes !== end - begin) {
    throw malformed(
      source,
      `tensor '${name}' of shape ${shownValue(shape)} and dtype ${code} needs ${bytes} bytes and has ${end - begin}`,
    );
  }
  const entry = { dtype, shape, byteOffset: begin, byteLength: elements * byteSize(dtype) };
  return { entry, place: { begin, end, ...(float8 === undefined ? {} : { float8 }) } };
}

function checkCoverage(source: string, places: readonly (readonly [string, StoredPlace])[], dataBytes: number): void {
  const sorted = [...places].sort((a, b) => a[1].begin - b[1].begin || a[1].end - b[1].end);
  let at = 0;
  for (const [name, { begin, end }] of sorted) {
    if (begin !== at)
      throw malformed(source, `the data of tensor '${name}' starts at ${begin} where ${at} was expected`);
    at = end;
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
