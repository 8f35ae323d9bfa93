import type { Budget } from './budget.js';
import { overLimit, PythonFault } from './fault.js';
import {
  asNumeric,
  PyDict,
  PyLazy,
  PyList,
  PyRange,
  PySet,
  PyTuple,
  PyView,
  type Slot,
  typeName,
  type Value,
} from './values.js';

/** Deepest nesting of values that are compared, copied or printed. */
export const MAX_VALUE_DEPTH = 256;

/** Python's `==`. */
export function equal(a: Value, b: Value, budget: Budget, depth = 0): boolean {
  budget.spend(1);
  if (a === b) return true;
  if (depth > MAX_VALUE_DEPTH) throw overLimit('The values that are compared nest too deep');
  const left = asNumeric(a);
  const right = asNumeric(b);
  // `==` between an integer and a float is exact in JavaScript, as it is in Python.
  // biome-ignore lint/suspicious/noDoubleEquals: the two numeric types of JavaScript are never `===`.
  if (left !== undefined || right !== undefined) return left !== undefined && right !== undefined && left == right;
  if (a instanceof PyList && b instanceof PyList) return equalSlots(a.slots, b.slots, budget, depth);
  if (a instanceof PyTuple && b instanceof PyTuple) return equalSlots(a.slots, b.slots, budget, depth);
  if (a instanceof PyDict && b instanceof PyDict) return equalDicts(a, b, budget, depth);
  if (a instanceof PyLazy && b instanceof PyLazy) return a.path === b.path;
  if (a instanceof PySet && b instanceof PySet) {
    return a.items.size === b.items.size && [...a.items.keys()].every((key) => b.items.has(key));
  }
  if (a instanceof PyRange && b instanceof PyRange) {
    return a.length === b.length && (a.length === 0n || (a.start === b.start && a.step === b.step));
  }
  return false;
}

function equalSlots(a: readonly Slot[], b: readonly Slot[], budget: Budget, depth: number): boolean {
  if (a.length !== b.length) return false;
  return a.every((slot, index) => equal(slot.value, b[index]?.value ?? null, budget, depth + 1));
}

function equalDicts(a: PyDict, b: PyDict, budget: Budget, depth: number): boolean {
  if (a.entries.size !== b.entries.size) return false;
  for (const [key, entry] of a.entries) {
    const other = b.entries.get(key);
    if (other === undefined || !equal(entry.value, other.value, budget, depth + 1)) return false;
  }
  return true;
}

/** Negative when `a` comes before `b`, positive when after, `NaN` when neither (`nan`). */
export function order(a: Value, b: Value, budget: Budget, depth = 0): number {
  budget.spend(1);
  const left = asNumeric(a);
  const right = asNumeric(b);
  if (left !== undefined && right !== undefined) {
    // biome-ignore lint/suspicious/noDoubleEquals: the two numeric types of JavaScript are never `===`.
    return left < right ? -1 : left > right ? 1 : left == right ? 0 : Number.NaN;
  }
  if (typeof a === 'string' && typeof b === 'string') return orderTexts(a, b);
  const sequences = (a instanceof PyList && b instanceof PyList) || (a instanceof PyTuple && b instanceof PyTuple);
  if (!sequences || depth > MAX_VALUE_DEPTH) {
    throw new PythonFault(`A ${typeName(a)} and a ${typeName(b)} have no order`, {
      expected: 'two values of one kind',
    });
  }
  return orderSlots((a as PyList | PyTuple).slots, (b as PyList | PyTuple).slots, budget, depth);
}

function orderSlots(a: readonly Slot[], b: readonly Slot[], budget: Budget, depth: number): number {
  for (const [index, slot] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (!equal(slot.value, other.value, budget, depth + 1)) return order(slot.value, other.value, budget, depth + 1);
  }
  return a.length < b.length ? -1 : 0;
}

/** By code points, as Python orders strings; JavaScript's `<` orders by UTF-16 units. */
function orderTexts(a: string, b: string): number {
  if (a === b) return 0;
  const left = [...a];
  const right = [...b];
  for (const [index, character] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  }
  return -1;
}

/** Python's `is`, for what configs ask with it: `x is None`. */
export function identical(a: Value, b: Value): boolean {
  if (a instanceof PyView || b instanceof PyView) return false;
  return a === b;
}
