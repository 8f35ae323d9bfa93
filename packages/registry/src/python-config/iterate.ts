import type { Budget } from './budget.js';
import { PythonFault } from './fault.js';
import {
  type Place,
  PyDict,
  PyIterator,
  PyList,
  PyRange,
  PySet,
  PyTuple,
  PyView,
  type Slot,
  typeName,
  type Value,
} from './values.js';

/**
 * All items of what can be walked, each with the place where it was put; `here` where it has none.
 *
 * @throws PythonFault for what cannot be walked.
 */
export function slotsOf(value: Value, here: Place, budget: Budget): readonly Slot[] {
  const slots = walk(value, here, budget);
  budget.spend(slots.length);
  return slots;
}

function walk(value: Value, here: Place, budget: Budget): readonly Slot[] {
  if (value instanceof PyList || value instanceof PyTuple) return value.slots;
  if (typeof value === 'string') {
    budget.spendSize(value.length);
    return [...value].map((character) => ({ value: character, place: here }));
  }
  if (value instanceof PyDict) return [...value.entries.values()].map(({ key, place }) => ({ value: key, place }));
  if (value instanceof PyView) return viewSlots(value);
  if (value instanceof PySet) return [...value.items.values()];
  if (value instanceof PyRange) return rangeSlots(value, here, budget);
  if (value instanceof PyIterator) return value.drain();
  throw new PythonFault(`A ${typeName(value)} has no items to walk over`);
}

function rangeSlots(range: PyRange, place: Place, budget: Budget): Slot[] {
  const length = Number(range.length);
  budget.spendSize(length);
  return Array.from({ length }, (_, index) => ({ value: range.start + BigInt(index) * range.step, place }));
}

/** What `d.keys()`, `d.values()` or `d.items()` holds now. */
export function viewSlots(view: PyView): Slot[] {
  return [...view.dict.entries.values()].map((entry): Slot => {
    const { key, value, place } = entry;
    if (view.part === 'keys') return { value: key, place };
    if (view.part === 'values') return { value, place };
    return {
      value: new PyTuple([
        { value: key, place },
        { value, place },
      ]),
      place,
    };
  });
}

/** Number of items. */
export function lengthOf(value: Value): number {
  if (value instanceof PyList || value instanceof PyTuple) return value.slots.length;
  if (typeof value === 'string') return textLength(value);
  if (value instanceof PyDict) return value.entries.size;
  if (value instanceof PyView) return value.dict.entries.size;
  if (value instanceof PySet) return value.items.size;
  if (value instanceof PyRange) return Number(value.length);
  throw new PythonFault(`A ${typeName(value)} has no length`);
}

/** Python counts code points, JavaScript UTF-16 units. */
export function textLength(text: string): number {
  let length = text.length;
  for (const _ of text.matchAll(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)) length -= 1;
  return length;
}
