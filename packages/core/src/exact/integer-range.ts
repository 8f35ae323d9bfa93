/** Integer types, and `bool` as 0 or 1. */
export type StoredInteger = 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'bool';

const BITS: Readonly<Record<StoredInteger, number>> = {
  int8: 7,
  int16: 15,
  int32: 31,
  int64: 63,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
  bool: 1,
};

/** Whether a number is exactly a value of the dtype. */
export function fitsInteger(value: number, dtype: StoredInteger): boolean {
  if (!Number.isInteger(value)) return false;
  const limit = 1n << BigInt(BITS[dtype]);
  const integer = BigInt(value);
  const lowest = dtype.startsWith('int') ? -limit : 0n;
  return integer >= lowest && integer < limit;
}
