import type { ByteSource, DType, Float8 } from '@incipit/core';
import { malformed, unsupported } from '../common/checkpoint-of.js';
import type { ProtoField, ProtoFile } from './proto-fields.js';

/** A tensor of a graph, and where its values are. */
export interface TensorProto {
  readonly name: string;
  /** Number of its element type. */
  readonly type: number;
  readonly shape: readonly number[];
  /** Little-endian values in the file. */
  readonly raw?: Span;
  /** Values in typed fields: end to end they are packed varints, or fixed numbers. */
  readonly typed: readonly Span[];
  readonly external?: ReadonlyMap<string, string>;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An element type. */
export interface TensorType {
  /** What is given out. */
  readonly dtype: DType;
  readonly float8?: Float8;
}

const DTYPES: ReadonlyMap<number, DType> = new Map<number, DType>([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'float64'],
  [12, 'uint32'],
  [13, 'uint64'],
  [16, 'bfloat16'],
]);

const DATA_TYPES = new Map([...DTYPES].map(([type, dtype]) => [dtype, type]));

/** ONNX's number of a dtype; it has them all. */
export function dataTypeOf({ dtype }: { readonly dtype: DType }): number {
  return DATA_TYPES.get(dtype) ?? 0;
}
const FLOAT8: ReadonlyMap<number, Float8> = new Map<number, Float8>([
  [17, 'float8_e4m3fn'],
  [18, 'float8_e4m3fnuz'],
  [19, 'float8_e5m2'],
  [20, 'float8_e5m2fnuz'],
  [24, 'float8_e8m0fnu'],
]);
const UNREAD: ReadonlyMap<number, string> = new Map([
  [8, 'string'],
  [14, 'complex64'],
  [15, 'complex128'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4_e2m1'],
]);

/** Field numbers of `TensorProto`. */
const DIMS = 1;
const DATA_TYPE = 2;
const NAME = 8;
const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
/** float, int32, int64, double, uint64. */
const TYPED_DATA: ReadonlySet<number> = new Set([4, 5, 7, 10, 11]);

const MAX_AXES = 64;

/** What the file calls an element type. */
export function typeName(type: number): string {
  return DTYPES.get(type) ?? FLOAT8.get(type) ?? UNREAD.get(type) ?? `type ${type}`;
}

/** @throws CheckpointError `unsupported`. */
export function typeOf(source: ByteSource, { name, type }: TensorProto): TensorType {
  const float8 = FLOAT8.get(type);
  const dtype = float8 === undefined ? DTYPES.get(type) : 'float32';
  if (dtype === undefined) throw unsupported(source, `holds '${name}' of the data type ${typeName(type)}`);
  return { dtype, ...(float8 === undefined ? {} : { float8 }) };
}

/** @throws CheckpointError `malformed`. */
export async function readTensorProto(source: ByteSource, file: ProtoFile, span: Span): Promise<TensorProto> {
  let name = '';
  let type = 0;
  let isExternal = false;
  let raw: Span | undefined;
  const shape: number[] = [];
  const typed: Span[] = [];
  const external = new Map<string, string>();
  for await (const field of file.fields(span.start, span.end)) {
    if (field.id === DIMS) shape.push(...(await dims(file, field)));
    else if (field.id === DATA_TYPE) type = Number(field.value);
    else if (field.id === NAME) name = await file.text(field);
    else if (field.id === RAW_DATA) raw = field;
    else if (TYPED_DATA.has(field.id)) typed.push(field);
    else if (field.id === DATA_LOCATION) isExternal = field.value === 1n;
    else if (field.id === EXTERNAL_DATA) await readEntry(file, field, external);
    if (shape.length > MAX_AXES) throw malformed(source, `a tensor of it has more than ${MAX_AXES} axes`);
  }
  return { name, type, shape, typed, ...(raw ? { raw } : {}), ...(isExternal ? { external } : {}) };
}

async function dims(file: ProtoFile, field: ProtoField): Promise<readonly number[]> {
  if (field.kind !== 'bytes') return [Number(BigInt.asIntN(64, field.value))];
  const end = Math.min(field.end, field.start + 10 * (MAX_AXES + 1));
  return decodeVarints(await file.bytes({ start: field.start, end })).map((value) => Number(value));
}

/** A key and its value, as protobuf's maps and ONNX's entries have them. */
export async function readEntry(file: ProtoFile, field: ProtoField, into: Map<string, string>): Promise<void> {
  let key = '';
  let value = '';
  for await (const part of file.fields(field.start, field.end)) {
    if (part.id === 1) key = await file.text(part);
    else if (part.id === 2) value = await file.text(part);
  }
  into.set(key, value);
}

/** Numbers end to end, each 64 bits at most, as signed ones. One that is cut is left out. */
export function decodeVarints(bytes: Uint8Array): bigint[] {
  const values: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte >= 128 && shift < 70n) continue;
    values.push(BigInt.asIntN(64, value));
    value = 0n;
    shift = 0n;
  }
  return values;
}
