import { byteSize, type DType, type Float8, isDType, isFloat8 } from '@incipit/core';

/** An element type of torch. */
export interface TorchType {
  /** In torch's words: `float32`, `complex64`. */
  readonly name: string;
  /** Undefined where it is not known. */
  readonly itemBytes: number | undefined;
  /** What is given out; undefined where it cannot be read. */
  readonly dtype: DType | undefined;
  readonly float8?: Float8;
}

/** Element types of the storages of old files, and of new ones without a name of their own. */
const OF_STORAGE: Readonly<Record<string, string>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  CharStorage: 'int8',
  ShortStorage: 'int16',
  IntStorage: 'int32',
  LongStorage: 'int64',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  UntypedStorage: 'uint8',
  ComplexFloatStorage: 'complex64',
  ComplexDoubleStorage: 'complex128',
  QInt8Storage: 'qint8',
  QUInt8Storage: 'quint8',
  QInt32Storage: 'qint32',
};
const OTHER_BYTES: Readonly<Record<string, number>> = {
  complex32: 4,
  complex64: 8,
  complex128: 16,
  qint8: 1,
  quint8: 1,
  qint32: 4,
};

export function torchType(name: string): TorchType {
  if (isDType(name)) return { name, itemBytes: byteSize(name), dtype: name };
  if (isFloat8(name)) return { name, itemBytes: 1, dtype: 'float32', float8: name };
  return { name, itemBytes: Object.hasOwn(OTHER_BYTES, name) ? OTHER_BYTES[name] : undefined, dtype: undefined };
}

/** One that is listed and not read, in words. */
export function unreadType(name: string): TorchType {
  return { name, itemBytes: undefined, dtype: undefined };
}

/** Element type of a storage, by the name of its class. */
export function storageType(className: string): TorchType {
  return torchType(Object.hasOwn(OF_STORAGE, className) ? (OF_STORAGE[className] ?? className) : className);
}
