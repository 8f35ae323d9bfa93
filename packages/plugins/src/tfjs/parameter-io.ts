import {
  AdapterError,
  elementCount,
  type KeptValues,
  sameShape,
  type TensorData,
  type TensorPart,
} from '@incipit/core';
import { assertFits } from '../errors.js';
import { fieldOf, type TensorFlow, type TfTensor, type TfVariable } from './structural-types.js';

type TfDType = 'float32' | 'int32' | 'bool';

/** A weight's values; a copy, because tfjs's cpu backend hands out the very array that it computes with. */
export async function readVariable(variable: TfVariable, path: string): Promise<TensorData> {
  const tensor = live(variable, path);
  const values = await tensor.data();
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  return { dtype: tensor.dtype as TfDType, shape: [...tensor.shape], bytes };
}

/**
 * Replaces a weight's values; leaves no tensor behind. A constraint of the weight's is not applied: Keras projects
 * after an optimiser's step, never when a weight is initialised.
 */
export function writeVariable(tf: TensorFlow, variable: TfVariable, path: string, data: TensorData): void {
  const current = live(variable, path);
  assertFits({ noun: 'weight', dtype: current.dtype, shape: current.shape }, data, path);
  const dtype = current.dtype as TfDType;
  const tensor = tf.tensor(typedArray(data.bytes, dtype), [...current.shape], dtype);
  try {
    replace(variable, tensor, path);
  } finally {
    tensor.dispose();
  }
}

/** Copies elements from `offset` on. @returns false where tfjs does not have the values in this thread's memory. */
export function readPart(tf: TensorFlow, tensor: TfTensor, offset: number, out: Uint8Array): boolean {
  const values = hostValues(tf, tensor);
  if (values === undefined) return false;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const start = offset * values.BYTES_PER_ELEMENT;
  out.set(bytes.subarray(start, start + out.byteLength));
  return true;
}

/**
 * Writes a part where the values lie.
 *
 * @returns false where they are not in this thread's memory, or where a clone shares them, which must not change.
 */
export function writePart(tf: TensorFlow, variable: TfVariable, path: string, part: TensorPart): boolean {
  const tensor = live(variable, path);
  const values = hostValues(tf, tensor);
  const backend = tf.backend() as { refCount?(id: object): number };
  if (values === undefined || backend.refCount?.(tensor.dataId) !== 1) return false;
  const start = part.offset * values.BYTES_PER_ELEMENT;
  const fits = part.dtype === tensor.dtype && sameShape(part.shape, tensor.shape);
  if (!fits || start + part.bytes.byteLength > values.byteLength) return false;
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(part.bytes, start);
  return true;
}

type HostValues = Float32Array | Int32Array | Uint8Array;

/** The very array that the cpu backend computes with; undefined for other backends, which keep theirs elsewhere. */
function hostValues(tf: TensorFlow, { dataId, dtype, shape }: TfTensor): HostValues | undefined {
  if (tf.getBackend() !== 'cpu') return undefined;
  const { data } = tf.backend() as { data?: { has(id: object): boolean; get(id: object): { values?: unknown } } };
  const values = data?.has(dataId) === true ? data.get(dataId).values : undefined;
  const Kind = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype as TfDType];
  return values instanceof Kind && values.length === elementCount(shape) ? values : undefined;
}

/** Keeps a weight's values without a copy: tfjs counts who refers to them. */
export function keepVariable(variable: TfVariable, path: string): KeptValues {
  const old = live(variable, path).clone();
  return {
    restore() {
      try {
        replace(variable, old, path);
      } finally {
        old.dispose();
      }
    },
    release: () => old.dispose(),
  };
}

export function replace(variable: TfVariable, tensor: TfTensor, path: string): void {
  if (variable.constraint === null || variable.constraint === undefined) variable.write(tensor);
  else assignUnconstrained(live(variable, path), tensor, path);
}

export function live(variable: TfVariable, path: string): TfTensor {
  try {
    return variable.read();
  } catch (cause) {
    throw new AdapterError({
      code: 'disposed-model',
      what: `The weight '${variable.name}' of the tfjs model is disposed`,
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

function assignUnconstrained(current: TfTensor, tensor: TfTensor, path: string): void {
  const assign = fieldOf(current, 'assign');
  if (typeof assign === 'function') {
    assign.call(current, tensor);
    return;
  }
  throw new AdapterError({
    code: 'foreign-model',
    what: 'The weight has a constraint, and its variable cannot be set without it',
    path,
    expected: 'a variable of tfjs 4',
  });
}
