import {
  AdapterError,
  assertFits,
  elementCount,
  type KeptValues,
  startOfPart,
  type TensorData,
  type TensorPart,
} from '@incipit/core';
import { fieldOf, type TensorFlowCore, type TfTensor, type TfWeight } from './structural-types.js';

type TfDType = 'float32' | 'int32' | 'bool';

/** A weight's values; a copy, because tfjs's cpu backend hands out the very array that it computes with. */
export async function readVariable(weight: TfWeight, path: string): Promise<TensorData> {
  const tensor = live(weight, path);
  const values = await tensor.data();
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  return { dtype: tensor.dtype as TfDType, shape: [...tensor.shape], bytes };
}

/**
 * Replaces a weight's values; leaves no tensor behind. A constraint of the weight's is not applied: Keras projects
 * after an optimiser's step, never when a weight is initialised.
 */
export function writeVariable(tf: TensorFlowCore, weight: TfWeight, path: string, data: TensorData): void {
  const current = live(weight, path);
  assertFits(current, data, path);
  const dtype = current.dtype as TfDType;
  const tensor = tf.tensor(typedArray(data.bytes, dtype), [...current.shape], dtype);
  try {
    replace(weight, tensor, path);
  } finally {
    tensor.dispose();
  }
}

/** Where to read, and what is filled. */
export type PartToRead = Pick<TensorPart, 'offset' | 'bytes'>;

/** @returns false where tfjs does not have the values in this thread's memory. */
export function readPart(tf: TensorFlowCore, weight: TfWeight, path: string, part: PartToRead): boolean {
  const tensor = live(weight, path);
  const start = startOfPart(kindOf(tensor), part, path);
  const values = hostValues(tf, tensor);
  if (values === undefined) return false;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  part.bytes.set(bytes.subarray(start, start + part.bytes.byteLength));
  return true;
}

function kindOf({ dtype, shape }: TfTensor): Pick<TensorData, 'dtype' | 'shape'> {
  return { dtype: dtype as TfDType, shape };
}

/**
 * Writes a part where the values lie.
 *
 * @returns false where they are not in this thread's memory, or where a clone shares them, which must not change.
 */
export function writePart(tf: TensorFlowCore, weight: TfWeight, path: string, part: TensorPart): boolean {
  const tensor = live(weight, path);
  const start = startOfPart(kindOf(tensor), part, path);
  const values = hostValues(tf, tensor);
  const backend = tf.backend() as { refCount?(id: object): number };
  if (values === undefined || backend.refCount?.(tensor.dataId) !== 1) return false;
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(part.bytes, start);
  return true;
}

type HostValues = Float32Array | Int32Array | Uint8Array;

/** The very array that the cpu backend computes with; undefined for other backends, which keep theirs elsewhere. */
function hostValues(tf: TensorFlowCore, { dataId, dtype, shape }: TfTensor): HostValues | undefined {
  if (tf.getBackend() !== 'cpu') return undefined;
  const { data } = tf.backend() as { data?: { has(id: object): boolean; get(id: object): { values?: unknown } } };
  const values = data?.has(dataId) === true ? data.get(dataId).values : undefined;
  const Kind = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype as TfDType];
  return values instanceof Kind && values.length === elementCount(shape) ? values : undefined;
}

/** Keeps a weight's values without a copy: tfjs counts who refers to them. */
export function keepVariable(weight: TfWeight, path: string): KeptValues {
  const old = live(weight, path).clone();
  return {
    restore() {
      try {
        replace(weight, old, path);
      } finally {
        old.dispose();
      }
    },
    release: () => old.dispose(),
  };
}

/**
 * Gives a weight a tensor's values, which the two then share. Not by a layer's own `write`, which would apply a
 * constraint.
 */
export function replace(weight: TfWeight, tensor: TfTensor, path: string): void {
  const current = live(weight, path);
  const assign = fieldOf(current, 'assign');
  if (typeof assign === 'function') {
    assign.call(current, tensor);
    return;
  }
  throw new AdapterError({
    code: 'foreign-model',
    what: `The weight '${weight.name}' is held by no variable of tfjs`,
    path,
    expected: 'a `tf.Variable` of tfjs 4',
  });
}

export function live(weight: TfWeight, path: string): TfTensor {
  try {
    return weight.read();
  } catch (cause) {
    throw new AdapterError({
      code: 'disposed-model',
      what: `The weight '${weight.name}' of the tfjs model is disposed`,
      path,
      fix: 'build or load the model again',
      cause,
    });
  }
}

/** A view where the bytes stand alone and aligned: tfjs keeps the array, and a slice would keep its whole buffer. */
function typedArray(bytes: Uint8Array, dtype: TfDType): Float32Array | Int32Array | Uint8Array {
  const alone = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  const own = alone ? bytes : Uint8Array.from(bytes);
  if (dtype === 'bool') return own;
  return dtype === 'int32' ? new Int32Array(own.buffer) : new Float32Array(own.buffer);
}
