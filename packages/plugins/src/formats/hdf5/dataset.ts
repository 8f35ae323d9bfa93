import { byteSize, type DType } from '@incipit/core';
import type { ByteCursor } from '../common/byte-cursor.js';
import { malformed, unsupported } from '../common/checkpoint-of.js';
import { outside } from './groups.js';
import { address, type Hdf5File } from './hdf5-file.js';
import { type HeaderMessage, MESSAGE } from './object-header.js';

/** Where a dataset's bytes are. */
export type Layout =
  | { readonly kind: 'compact'; readonly bytes: Uint8Array }
  | { readonly kind: 'contiguous'; readonly at: number; readonly length: number }
  | { readonly kind: 'chunked'; readonly tree: number; readonly chunk: readonly number[] };

export interface Dataset {
  readonly name: string;
  readonly dtype: DType;
  readonly bigEndian: boolean;
  readonly shape: readonly number[];
  readonly layout: Layout;
  /** Numbers of the filters, in the order in which they were applied. */
  readonly filters: readonly number[];
}

export function isDataset(messages: readonly HeaderMessage[]): boolean {
  return messages.some(({ type }) => type === MESSAGE.layout);
}

/** A cursor over a message of the object, from its start. */
function bodyOf(messages: readonly HeaderMessage[], wanted: number): ByteCursor | undefined {
  const body = messages.find(({ type }) => type === wanted)?.body;
  if (body !== undefined) body.at = 0;
  return body;
}

/** What a list says of a dataset that cannot be read. */
export function headingOf(
  file: Hdf5File,
  name: string,
  messages: readonly HeaderMessage[],
): { readonly dtype: string; readonly shape?: readonly number[] } {
  const space = bodyOf(messages, MESSAGE.dataspace);
  const kind = bodyOf(messages, MESSAGE.datatype)?.u8() ?? 0;
  const dtype = CLASSES[kind & 15] ?? 'unknown';
  return space === undefined ? { dtype } : { dtype, shape: readShape(file, name, space) };
}

/** Kinds of types, by number. */
const CLASSES: readonly string[] = [
  ...['integer', 'float', 'time', 'text', 'bits', 'opaque', 'compound', 'reference', 'enumeration', 'text or list'],
  'array',
];

/** The object's description. @throws CheckpointError `malformed`, `unsupported`, `unsafe-path`. */
export function datasetOf(file: Hdf5File, name: string, messages: readonly HeaderMessage[]): Dataset {
  const layout = bodyOf(messages, MESSAGE.layout);
  const space = bodyOf(messages, MESSAGE.dataspace);
  const type = bodyOf(messages, MESSAGE.datatype);
  if (bodyOf(messages, MESSAGE.externalFiles) !== undefined) throw outside(file, name);
  if (layout === undefined || space === undefined || type === undefined) {
    throw malformed(file.source, `'${name}' has no shape or no type`);
  }
  if (space.bytes[0] === 2 && space.bytes[3] === NO_VALUES)
    throw unsupported(file.source, `holds '${name}' without values`);
  const filters = bodyOf(messages, MESSAGE.filters);
  return {
    name,
    shape: readShape(file, name, space),
    ...readType(file, name, type),
    layout: readLayout(file, name, layout),
    filters: filters === undefined ? [] : readFilters(filters),
  };
}

function readShape(file: Hdf5File, name: string, body: ByteCursor): readonly number[] {
  const version = body.u8();
  const rank = body.u8();
  body.skip(1);
  if (version === 1) body.skip(5);
  else if (version !== 2) throw malformed(file.source, `the shape of '${name}' has version ${version}`);
  else body.skip(1);
  return Array.from({ length: rank }, () => body.u64());
}

/** Kind of a shape, in its second version. */
const NO_VALUES = 2;
const FIXED = 0;
const FLOAT = 1;
const ENUM = 8;

function readType(file: Hdf5File, name: string, body: ByteCursor): Pick<Dataset, 'dtype' | 'bigEndian'> {
  const kind = body.u8() & 15;
  const bits = body.u8();
  body.skip(2);
  const size = body.u32();
  const bigEndian = (bits & 1) !== 0;
  let dtype: string | undefined;
  if (kind === FIXED) dtype = `${bits & 8 ? '' : 'u'}int${8 * size}`;
  else if (kind === ENUM && size === 1) dtype = 'bool';
  else if (kind === FLOAT) {
    body.skip(5);
    const exponent = body.u8();
    body.skip(1);
    const mantissa = body.u8();
    dtype = FLOATS.get(`${size} ${exponent} ${mantissa}`);
  }
  if (dtype === undefined || !KNOWN.has(dtype)) {
    throw unsupported(file.source, `holds '${name}', whose type is neither a number nor a flag`);
  }
  return { dtype: dtype as DType, bigEndian };
}

/** Bytes, exponent bits, mantissa bits. */
const FLOATS = new Map([
  ['2 5 10', 'float16'],
  ['2 8 7', 'bfloat16'],
  ['4 8 23', 'float32'],
  ['8 11 52', 'float64'],
]);
const INTEGERS = [8, 16, 32, 64].flatMap((bits) => [`int${bits}`, `uint${bits}`]);
const KNOWN: ReadonlySet<string> = new Set([...INTEGERS, ...FLOATS.values(), 'bool']);

function readLayout(file: Hdf5File, name: string, body: ByteCursor): Layout {
  const version = body.u8();
  const kind = body.u8();
  if ((version !== 3 && version !== 4) || kind > 2 || (version === 4 && kind === 2)) {
    throw unsupported(file.source, `has '${name}' in a layout of another version`, "write it with libver='earliest'");
  }
  if (kind === 0) return { kind: 'compact', bytes: body.take(body.u16()) };
  if (kind === 1) return { kind: 'contiguous', at: address(body), length: body.u64() };
  const axes = body.u8();
  const tree = address(body);
  const chunk = Array.from({ length: axes }, () => body.u32());
  return { kind: 'chunked', tree, chunk: chunk.slice(0, -1) };
}

function readFilters(body: ByteCursor): readonly number[] {
  const version = body.u8();
  const count = body.u8();
  if (version === 1) body.skip(6);
  return Array.from({ length: count }, () => {
    const id = body.u16();
    const nameBytes = version === 1 || id >= 256 ? body.u16() : 0;
    body.skip(2);
    const values = body.u16();
    body.skip((version === 1 ? Math.ceil(nameBytes / 8) * 8 : nameBytes) + 4 * values);
    if (version === 1 && values % 2 === 1) body.skip(4);
    return id;
  });
}

/** Bytes of a dataset's chunk before it was filtered. */
export function chunkBytes({ dtype, layout }: Dataset): number {
  const extents = layout.kind === 'chunked' ? layout.chunk : [];
  return extents.reduce((product, extent) => product * extent, byteSize(dtype));
}
