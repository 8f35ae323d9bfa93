import {
  AdapterError,
  byteSize,
  elementCount,
  formatShape,
  type KeptValues,
  sameShape,
  type TensorData,
} from '@incipit/core';
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
  assertFits(current, data, path);
  const dtype = current.dtype as TfDType;
  const tensor = tf.tensor(typedArray(data.bytes, dtype), [...current.shape], dtype);
  try {
    replace(variable, tensor, path);
  } finally {
    tensor.dispose();
  }
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

function replace(variable: TfVariable, tensor: TfTensor, path: string): void {
  if (variable.constraint === null || variable.constraint === undefined) variable.write(tensor);
  else assignUnconstrained(live(variable, path), tensor, path);
}

function live(variable: TfVariable, path: string): TfTensor {
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

function assertFits(current: TfTensor, data: TensorData, path: string): void {
  const bytes = elementCount(data.shape) * byteSize(data.dtype);
  if (data.dtype === current.dtype && sameShape(data.shape, current.shape) && data.bytes.byteLength === bytes) return;
  throw new AdapterError({
    code: 'wrong-tensor',
    what: `Values of ${data.dtype}${formatShape(data.shape)} in ${data.bytes.byteLength} bytes do not fit the weight`,
    path,
    expected: `${current.dtype}${formatShape(current.shape)}`,
  });
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
