import type { Budget } from './budget.js';
import { PythonFault } from './fault.js';
import { lengthOf, slotsOf } from './iterate.js';
import { keyOf } from './keys.js';
import { missingKey, setItem } from './mapping.js';
import { asInteger, type Place, PyDict, PyList, PyRange, PyTuple, type Slot, typeName, type Value } from './values.js';

/** The parts of `x[start:stop:step]`, evaluated. */
export interface SliceBounds {
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
}

/** `object[index]`. */
export function getItem(object: Value, index: Value, budget: Budget): Value {
  if (object instanceof PyDict) {
    const entry = object.entries.get(keyOf(index));
    if (entry === undefined) throw missingKey(index);
    return entry.value;
  }
  if (object instanceof PyList || object instanceof PyTuple) {
    return object.slots[position(index, object.slots.length)]?.value ?? null;
  }
  if (typeof object === 'string') {
    budget.spendSize(object.length);
    const characters = [...object];
    return characters[position(index, characters.length)] ?? null;
  }
  if (object instanceof PyRange) {
    return object.start + BigInt(position(index, lengthOf(object))) * object.step;
  }
  throw new PythonFault(`A ${typeName(object)} has no items by index`);
}

/** `object[start:stop:step]`. */
export function getSlice(object: Value, bounds: SliceBounds, here: Place, budget: Budget): Value {
  if (
    !(object instanceof PyList || object instanceof PyTuple || object instanceof PyRange || typeof object === 'string')
  ) {
    throw new PythonFault(`A ${typeName(object)} cannot be sliced`);
  }
  const slots = slotsOf(object, here, budget);
  const picked = slicePositions(bounds, slots.length).map((at) => slots[at] as Slot);
  if (typeof object === 'string') return picked.map((slot) => slot.value as string).join('');
  // A slice of a range is a range; as a tuple it reads the same, and is a value that configs can hold.
  return object instanceof PyList ? new PyList(picked) : new PyTuple(picked);
}

/** `object[index] = value`. */
export function assignItem(object: Value, index: Value, slot: Slot, budget: Budget): void {
  if (object instanceof PyDict) setItem(object, index, slot, budget);
  else if (object instanceof PyList) object.slots[position(index, object.slots.length)] = slot;
  else throw new PythonFault(`The items of a ${typeName(object)} cannot be set`);
}

/** `object[start:stop:step] = values`. */
export function assignSlice(object: Value, bounds: SliceBounds, slots: readonly Slot[]): void {
  if (!(object instanceof PyList)) throw new PythonFault(`The items of a ${typeName(object)} cannot be set`);
  const positions = slicePositions(bounds, object.slots.length);
  if (bounds.step === null || bounds.step === 1n) {
    const [start, stop] = limits(bounds, object.slots.length, 1);
    object.slots = [...object.slots.slice(0, start), ...slots, ...object.slots.slice(Math.max(start, stop))];
    return;
  }
  if (positions.length !== slots.length) {
    throw new PythonFault(`${slots.length} values are set into a slice of ${positions.length} items`);
  }
  positions.forEach((at, index) => {
    object.slots[at] = slots[index] as Slot;
  });
}

/** `del object[index]`. */
export function deleteItem(object: Value, index: Value): void {
  if (object instanceof PyDict) {
    if (!object.entries.delete(keyOf(index))) throw missingKey(index);
  } else if (object instanceof PyList) object.slots.splice(position(index, object.slots.length), 1);
  else throw new PythonFault(`The items of a ${typeName(object)} cannot be deleted`);
}

/** `del object[start:stop:step]`. */
export function deleteSlice(object: Value, bounds: SliceBounds): void {
  if (!(object instanceof PyList)) throw new PythonFault(`The items of a ${typeName(object)} cannot be deleted`);
  const gone = new Set(slicePositions(bounds, object.slots.length));
  object.slots = object.slots.filter((_, at) => !gone.has(at));
}

/** The place in a sequence that an index stands for, counted from the end when negative. */
export function position(index: Value, length: number): number {
  const number = asInteger(index);
  if (number === undefined) throw new PythonFault(`A ${typeName(index)} is no index`, { expected: 'an integer' });
  const at = Number(number) + (number < 0n ? length : 0);
  if (at < 0 || at >= length) throw new PythonFault(`The index ${number} is outside of ${length} items`);
  return at;
}

function slicePositions(bounds: SliceBounds, length: number): number[] {
  const step = bounds.step === null ? 1 : wholeNumber(bounds.step);
  if (step === 0) throw new PythonFault('The step of a slice is zero');
  const [start, stop] = limits(bounds, length, step);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return Array.from({ length: count }, (_, index) => start + index * step);
}

function limits(bounds: SliceBounds, length: number, step: number): [number, number] {
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? length : length - 1;
  const clamp = (bound: Value, missing: number): number => {
    if (bound === null) return missing;
    const at = wholeNumber(bound);
    return Math.min(high, Math.max(low, at < 0 ? at + length : at));
  };
  return [clamp(bounds.start, step > 0 ? low : high), clamp(bounds.stop, step > 0 ? high : low)];
}

function wholeNumber(value: Value): number {
  const number = asInteger(value);
  if (number === undefined) throw new PythonFault(`A ${typeName(value)} bounds a slice`, { expected: 'an integer' });
  return Number(number);
}
