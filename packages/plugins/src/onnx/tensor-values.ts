import {
  AdapterError,
  type ByteSource,
  byteSize,
  CheckpointError,
  type DType,
  elementCount,
  formatShape,
  type KeptValues,
  openBeside,
  type TensorData,
} from '@incipit/core';
import { assertFits } from '../errors.js';
import type { OnnxTensor } from './structural-types.js';
import { dtypeOf, shapeOf } from './tensor-types.js';

/** A tensor, and what it takes to read it. */
export interface TensorPlace {
  readonly path: string;
  readonly tensor: OnnxTensor;
  /** The model's file, beside which external data lies. */
  readonly source: ByteSource | undefined;
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

/** Reads bytes from `start` on into `out`, all of it; of external data these bytes only. */
export async function readRange(place: TensorPlace, start: number, out: Uint8Array): Promise<void> {
  const { path, tensor } = place;
  if (tensor.dataLocation === EXTERNAL) return readExternal(place, start, out);
  const { dtype, shape, size } = plainOf(tensor);
  const bytes = tensor.rawData.byteLength > 0 ? tensor.rawData : typedBytes(tensor, dtype);
  if (bytes.byteLength !== size) {
    throw new AdapterError({
      code: 'broken-tensor',
      what: `The tensor '${tensor.name}' holds ${bytes.byteLength} bytes where ${dtype}${formatShape(shape)} takes ${size}`,
      path,
      fix: 'export the model again',
    });
  }
  out.set(bytes.subarray(start, start + out.byteLength));
}

/** Puts values into the model, as raw data: what was in another field or in a file is not referred to any more. */
export function writeValues({ path, tensor }: TensorPlace, data: TensorData): void {
  const { dtype, shape } = plainOf(tensor);
  assertFits({ noun: 'parameter', dtype, shape }, data, path);
  clear(tensor);
  tensor.rawData =
    data.bytes.buffer instanceof ArrayBuffer ? (data.bytes as Uint8Array<ArrayBuffer>) : data.bytes.slice();
}

/** Keeps the fields as they are: a write replaces them and changes none. */
export function keepValues({ tensor }: TensorPlace): KeptValues {
  const own = FIELDS.filter((field) => Object.hasOwn(tensor, field)).map((field) => [field, tensor[field]] as const);
  return {
    restore(): void {
      for (const field of FIELDS) delete (tensor as Partial<OnnxTensor>)[field];
      Object.assign(tensor, Object.fromEntries(own));
    },
  };
}

function clear(tensor: OnnxTensor): void {
  for (const field of TYPED) if (tensor[field].length > 0) tensor[field] = [];
  if (tensor.externalData.length > 0) tensor.externalData = [];
  // A field of proto2 is told from its default by being there.
  delete (tensor as Partial<OnnxTensor>).dataLocation;
}

function typedBytes(tensor: OnnxTensor, dtype: DType): Uint8Array {
  const { floatData, doubleData, int32Data, int64Data, uint64Data } = tensor;
  const array = ((): ArrayBufferView => {
    switch (dtype) {
      case 'float32':
        return Float32Array.from(floatData);
      case 'float64':
        return Float64Array.from(doubleData);
      case 'int64':
        return BigInt64Array.from(int64Data);
      case 'uint64':
        return BigUint64Array.from(uint64Data);
      case 'uint32':
        return Uint32Array.from(uint64Data, Number);
      case 'int32':
        return Int32Array.from(int32Data);
      case 'int16':
      case 'uint16':
      case 'float16':
      case 'bfloat16':
        return Uint16Array.from(int32Data);
      case 'int8':
      case 'uint8':
      case 'bool':
        return Uint8Array.from(int32Data);
      default:
        return dtype satisfies never;
    }
  })();
  return new Uint8Array(array.buffer as ArrayBuffer);
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
