import {
  AdapterError,
  assertFits,
  type ByteSource,
  byteSize,
  CheckpointError,
  type DType,
  elementCount,
  formatShape,
  type KeptValues,
  openBeside,
  startOfPart,
  type TensorData,
  type TensorPart,
} from '@incipit/core';
import type { OnnxTensor } from './structural-types.js';
import { dtypeOf, shapeOf } from './tensor-types.js';

/** A tensor, and what it takes to read and write it. */
export interface TensorPlace {
  readonly path: string;
  readonly tensor: OnnxTensor;
  /** The model's file, beside which external data lies. */
  readonly source: ByteSource | undefined;
  /** Raw data that nobody else holds: it may be changed where it lies. A decoder's lies in the bytes of the file. */
  readonly own: WeakSet<Uint8Array>;
}

/** `TensorProto.DataLocation` */
const EXTERNAL = 1;

const TYPED = ['floatData', 'doubleData', 'int32Data', 'int64Data', 'uint64Data'] as const;
const FIELDS = [...TYPED, 'rawData', 'externalData', 'dataLocation'] as const;

function plainOf(tensor: OnnxTensor): {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly size: number;
} {
  const dtype = dtypeOf(tensor) ?? 'uint8';
  const shape = shapeOf(tensor);
  return { dtype, shape, size: elementCount(shape) * byteSize(dtype) };
}

/** A copy of a tensor's values, wherever they are. */
export async function readValues(place: TensorPlace): Promise<TensorData> {
  const { dtype, shape, size } = plainOf(place.tensor);
  const out = new Uint8Array(size);
  await readRange(place, 0, out);
  return { dtype, shape, bytes: out };
}

/** Reads elements from `offset` on into `bytes`; of external data these only. */
export async function readPart(place: TensorPlace, part: Pick<TensorPart, 'offset' | 'bytes'>): Promise<void> {
  await readRange(place, startOfPart(plainOf(place.tensor), part, place.path), part.bytes);
}

/** Reads bytes from `start` on into `out`, all of it. */
async function readRange(place: TensorPlace, start: number, out: Uint8Array): Promise<void> {
  const { path, tensor } = place;
  if (tensor.dataLocation === EXTERNAL) return readExternal(place, start, out);
  const { dtype, shape, size } = plainOf(tensor);
  const { rawData } = tensor;
  const typed = rawData.byteLength > 0 ? undefined : typedField(tensor, dtype);
  const held = typed === undefined ? rawData.byteLength : typed.values.length * byteSize(dtype);
  if (held !== size) {
    throw new AdapterError({
      code: 'broken-tensor',
      what: `The tensor '${tensor.name}' holds ${held} bytes where ${dtype}${formatShape(shape)} takes ${size}`,
      path,
      fix: 'export the model again',
    });
  }
  if (typed === undefined) out.set(rawData.subarray(start, start + out.byteLength));
  else {
    const [first, count] = [start / byteSize(dtype), out.byteLength / byteSize(dtype)];
    const { buffer } = typed.encode(typed.values.slice(first, first + count));
    out.set(new Uint8Array(buffer));
  }
}

/** Puts values into the model, as raw data: what was in another field or in a file is not referred to any more. */
export function writeValues(place: TensorPlace, { bytes, ...data }: TensorData): void {
  assertFits(plainOf(place.tensor), { ...data, bytes }, place.path);
  setRawData(place, bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice());
}

/** Puts a part into raw data, of which the first one makes a copy. */
export async function writePart(place: TensorPlace, part: TensorPart): Promise<void> {
  const { path, tensor, own } = place;
  const plain = plainOf(tensor);
  const start = startOfPart(plain, part, path);
  if (!own.has(tensor.rawData)) {
    const all = new Uint8Array(plain.size);
    if (part.bytes.byteLength < plain.size) await readRange(place, 0, all);
    setRawData(place, all);
  }
  tensor.rawData.set(part.bytes, start);
}

/** Keeps the fields as they are: a write replaces them, and parts go into another array meanwhile. */
export function keepValues({ tensor, own }: TensorPlace): KeptValues {
  const kept = FIELDS.filter((field) => Object.hasOwn(tensor, field)).map((field) => [field, tensor[field]] as const);
  const { rawData } = tensor;
  const isOwn = own.delete(rawData);
  const release = (): void => void (isOwn && own.add(rawData));
  return {
    restore(): void {
      for (const field of FIELDS) delete (tensor as Partial<OnnxTensor>)[field];
      Object.assign(tensor, Object.fromEntries(kept));
      release();
    },
    release,
  };
}

function setRawData({ tensor, own }: TensorPlace, bytes: Uint8Array<ArrayBuffer>): void {
  tensor.rawData = bytes;
  own.add(bytes);
  for (const field of TYPED) if (tensor[field].length > 0) tensor[field] = [];
  if (tensor.externalData.length > 0) tensor.externalData = [];
  // A field of proto2 is told from its default by being there.
  delete (tensor as Partial<OnnxTensor>).dataLocation;
}

/** Numbers of a field, and what makes elements of them. */
interface TypedField {
  readonly values: readonly (number | bigint)[];
  encode(values: readonly (number | bigint)[]): ArrayBufferView & { readonly buffer: ArrayBuffer };
}

/** Where a type that is no raw data keeps its values. */
function typedField(tensor: OnnxTensor, dtype: DType): TypedField {
  const { floatData, doubleData, int32Data, int64Data, uint64Data } = tensor;
  switch (dtype) {
    case 'float32':
      return { values: floatData, encode: (values) => Float32Array.from(values, Number) };
    case 'float64':
      return { values: doubleData, encode: (values) => Float64Array.from(values, Number) };
    case 'int64':
      return { values: int64Data, encode: (values) => BigInt64Array.from(values, BigInt) };
    case 'uint64':
      return { values: uint64Data, encode: (values) => BigUint64Array.from(values, BigInt) };
    case 'uint32':
      return { values: uint64Data, encode: (values) => Uint32Array.from(values, Number) };
    case 'int32':
      return { values: int32Data, encode: (values) => Int32Array.from(values, Number) };
    case 'int16':
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return { values: int32Data, encode: (values) => Uint16Array.from(values, Number) };
    case 'int8':
    case 'uint8':
    case 'bool':
      return { values: int32Data, encode: (values) => Uint8Array.from(values, Number) };
    default:
      return dtype satisfies never;
  }
}

async function readExternal(place: TensorPlace, start: number, out: Uint8Array): Promise<void> {
  const { location, offset, length } = externalRange(place);
  const size = plainOf(place.tensor).size;
  if (length !== undefined && length !== size) {
    throw brokenExternal(place, `it has ${length} bytes there and needs ${size}`);
  }
  if (place.source === undefined) {
    throw new AdapterError({
      code: 'external-data',
      what: `The values of '${place.tensor.name}' are in the file '${location}' beside the model`,
      path: place.path,
      expected: "the model's own file as the option `source`",
      fix: "pass `source: await fileSource('model.onnx')` of @incipit/core/node",
    });
  }
  const file = await openBeside(place.source, location);
  try {
    if (offset + size > file.size) {
      throw new CheckpointError({
        code: 'truncated',
        what: `'${location}' has ${file.size} bytes, and '${place.tensor.name}' ends at byte ${offset + size} of it`,
        fix: 'copy the file again',
      });
    }
    if (file.readInto === undefined) out.set(await file.read(offset + start, out.byteLength));
    else await file.readInto(offset + start, out);
  } finally {
    await file.close();
  }
}

function externalRange(place: TensorPlace): { location: string; offset: number; length: number | undefined } {
  const entries = new Map(place.tensor.externalData.map(({ key, value }) => [key, value]));
  const number = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && Number.isSafeInteger(value)) return value;
    throw brokenExternal(place, `its ${key} is ${JSON.stringify(text)}`);
  };
  const location = entries.get('location');
  if (location === undefined) throw brokenExternal(place, 'it has no location');
  return { location, offset: number('offset') ?? 0, length: number('length') };
}

function brokenExternal({ path, tensor }: TensorPlace, why: string): AdapterError {
  return new AdapterError({
    code: 'broken-tensor',
    what: `The tensor '${tensor.name}' does not say where its values are: ${why}`,
    path,
    expected: 'a location, an offset and a length in bytes',
    fix: 'export the model again',
  });
}
