import { arithmetic } from './arithmetic.js';
import type { Budget } from './budget.js';
import { equal, identical, order } from './compare.js';
import { PythonFault } from './fault.js';
import { slotsOf } from './iterate.js';
import { keyOf } from './keys.js';
import { copyDict, update } from './mapping.js';
import { formatPercent } from './percent-format.js';
import {
  asInteger,
  asNumeric,
  isTrue,
  type Key,
  type Place,
  PyDict,
  PyList,
  PyRange,
  PySet,
  PyTuple,
  PyView,
  type Slot,
  typeName,
  type Value,
} from './values.js';

const SET_OPERATORS: ReadonlySet<string> = new Set(['|', '&', '-', '^']);

/** `left operator right`. */
export function binary(operator: string, left: Value, right: Value, budget: Budget): Value {
  budget.spend(1);
  if (typeof left === 'boolean' && typeof right === 'boolean' && '&|^'.includes(operator)) {
    return Boolean(arithmetic(operator, BigInt(left), BigInt(right), budget));
  }
  const a = asNumeric(left);
  const b = asNumeric(right);
  const result =
    a !== undefined && b !== undefined
      ? arithmetic(operator, a, b, budget)
      : (textOperation(operator, left, right, budget) ?? collectionOperation(operator, left, right, budget));
  if (result !== undefined) return result;
  throw new PythonFault(`'${operator}' does not join a ${typeName(left)} and a ${typeName(right)}`);
}

/** Strings: `+`, `*`, `%`. */
function textOperation(operator: string, left: Value, right: Value, budget: Budget): Value | undefined {
  if (typeof left === 'string') {
    if (operator === '%') return formatPercent(left, right, budget);
    if (operator === '+' && typeof right === 'string') {
      budget.spendSize(left.length + right.length);
      return left + right;
    }
  }
  if (operator !== '*') return undefined;
  const [text, count] = typeof left === 'string' ? [left, asInteger(right)] : [right, asInteger(left)];
  if (typeof text !== 'string' || count === undefined) return undefined;
  budget.spendSize(text.length * Math.max(0, Number(count)));
  return count > 0n ? text.repeat(Number(count)) : '';
}

function collectionOperation(operator: string, left: Value, right: Value, budget: Budget): Value | undefined {
  if (operator === '+') return concatenate(left, right, budget);
  if (operator === '*') return repeat(left, asInteger(right), budget) ?? repeat(right, asInteger(left), budget);
  if (operator === '|' && left instanceof PyDict && right instanceof PyDict) {
    const joined = copyDict(left, budget);
    update(joined, [...right.entries.values()], budget);
    return joined;
  }
  const a = asSet(left);
  const b = asSet(right);
  if (!SET_OPERATORS.has(operator) || a === undefined || b === undefined) return undefined;
  budget.spend(a.size + b.size);
  return new PySet(joinSets(operator, a, b));
}

function concatenate(left: Value, right: Value, budget: Budget): Value | undefined {
  if (left instanceof PyList && right instanceof PyList) {
    budget.spendSize(left.slots.length + right.slots.length);
    return new PyList([...left.slots, ...right.slots]);
  }
  if (!(left instanceof PyTuple && right instanceof PyTuple)) return undefined;
  budget.spendSize(left.slots.length + right.slots.length);
  return new PyTuple([...left.slots, ...right.slots]);
}

function repeat(sequence: Value, count: bigint | undefined, budget: Budget): Value | undefined {
  if (count === undefined || !(sequence instanceof PyList || sequence instanceof PyTuple)) return undefined;
  const times = Math.max(0, Number(count));
  budget.spendSize(sequence.slots.length * times);
  const slots = sequence.slots.length === 0 ? [] : Array.from({ length: times }, () => sequence.slots).flat();
  return sequence instanceof PyList ? new PyList(slots) : new PyTuple(slots);
}

function asSet(value: Value): ReadonlyMap<Key, Slot> | undefined {
  if (value instanceof PySet) return value.items;
  return value instanceof PyView && value.part === 'keys'
    ? new Map([...value.dict.entries].map(([id, { key, place }]) => [id, { value: key, place }]))
    : undefined;
}

function joinSets(operator: string, a: ReadonlyMap<Key, Slot>, b: ReadonlyMap<Key, Slot>): Map<Key, Slot> {
  if (operator === '|') return new Map([...a, ...[...b].filter(([key]) => !a.has(key))]);
  const both = new Map([...a].filter(([key]) => b.has(key) === (operator === '&')));
  if (operator === '^') for (const [key, slot] of b) if (!a.has(key)) both.set(key, slot);
  return both;
}

/** `-x`, `+x`, `~x`, `not x`. */
export function unary(operator: string, operand: Value): Value {
  if (operator === 'not') return !isTrue(operand);
  const number = operator === '~' ? asInteger(operand) : asNumeric(operand);
  if (number === undefined) throw new PythonFault(`'${operator}' does not go before a ${typeName(operand)}`);
  if (operator === '+') return number;
  return typeof number === 'bigint' && operator === '~' ? ~number : -number;
}

/** `left operator right` for a comparison. */
export function compare(operator: string, left: Value, right: Value, budget: Budget): boolean {
  switch (operator) {
    case '==':
      return equal(left, right, budget);
    case '!=':
      return !equal(left, right, budget);
    case 'is':
      return identical(left, right);
    case 'is not':
      return !identical(left, right);
    case 'in':
      return contains(right, left, budget);
    case 'not in':
      return !contains(right, left, budget);
    default:
      return ordered(operator, left, right, budget);
  }
}

function ordered(operator: string, left: Value, right: Value, budget: Budget): boolean {
  if (left instanceof PySet || right instanceof PySet) throw new PythonFault(`'${operator}' between sets is not read`);
  const sign = order(left, right, budget);
  switch (operator) {
    case '<':
      return sign < 0;
    case '<=':
      return sign <= 0;
    case '>':
      return sign > 0;
    case '>=':
      return sign >= 0;
    default:
      throw new PythonFault(`'${operator}' is no comparison of Python 3`, { code: 'parse-error' });
  }
}

function contains(container: Value, item: Value, budget: Budget): boolean {
  if (typeof container === 'string') {
    if (typeof item !== 'string') throw new PythonFault(`A ${typeName(item)} cannot be in a string`);
    budget.spend(container.length >> 4);
    return container.includes(item);
  }
  if (container instanceof PyDict) return container.entries.has(keyOf(item));
  if (container instanceof PySet) return container.items.has(keyOf(item));
  if (container instanceof PyView && container.part === 'keys') return container.dict.entries.has(keyOf(item));
  if (container instanceof PyRange) return inRange(container, item);
  const nowhere: Place = { line: 0 };
  return slotsOf(container, nowhere, budget).some((slot) => equal(slot.value, item, budget));
}

function inRange(range: PyRange, item: Value): boolean {
  const number = asNumeric(item);
  if (number === undefined || (typeof number === 'number' && !Number.isInteger(number))) return false;
  const at = BigInt(number) - range.start;
  return at % range.step === 0n && at / range.step >= 0n && at / range.step < range.length;
}
