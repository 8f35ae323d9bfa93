import { PythonFault } from './fault.js';
import { asNumeric, type Key, PyFunction, PyLazy, PyRange, PyTuple, typeName, type Value } from './values.js';

/** Starts the keys of what is neither a string nor a number. */
const MARK = '\u0000';

/**
 * What tells dict keys apart in a Map: equal keys give the same one, so `1`, `1.0` and `True` do.
 *
 * @throws PythonFault for what Python cannot hash.
 */
export function keyOf(value: Value): Key {
  if (value === null) return null;
  if (typeof value === 'string') return value.startsWith(MARK) ? `${MARK}s${value}` : value;
  const number = asNumeric(value);
  if (typeof number === 'number') return Number.isInteger(number) ? keyOfInteger(BigInt(number)) : number;
  if (number !== undefined) return keyOfInteger(number);
  if (value instanceof PyTuple) return `${MARK}t${JSON.stringify(value.slots.map((slot) => textKey(slot.value)))}`;
  if (value instanceof PyLazy) return `${MARK}l${value.path}`;
  if (value instanceof PyFunction) return `${MARK}f${value.name}`;
  if (value instanceof PyRange) return `${MARK}r${value.start},${value.stop},${value.step}`;
  throw new PythonFault(`A ${typeName(value)} cannot be a key`, { expected: 'a string, a number or a tuple' });
}

function keyOfInteger(value: bigint): Key {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function textKey(value: Value): string {
  const key = keyOf(value);
  return `${typeof key === 'bigint' ? 'number' : typeof key}:${String(key)}`;
}
