import type { Budget } from './budget.js';
import { MAX_VALUE_DEPTH } from './compare.js';
import { overLimit, PythonFault } from './fault.js';
import { viewSlots } from './iterate.js';
import {
  PyDict,
  PyFunction,
  PyLazy,
  PyList,
  type PyObject,
  PyRange,
  PySet,
  PyTuple,
  PyView,
  typeName,
  type Value,
} from './values.js';

/** Python's `str(value)`. */
export function toText(value: Value, budget: Budget): string {
  return typeof value === 'string' ? value : toCode(value, budget);
}

/** Python's `repr(value)`. */
export function toCode(value: Value, budget: Budget, depth = 0): string {
  budget.spend(1);
  if (value === null) return 'None';
  switch (typeof value) {
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return value.toString();
    case 'number':
      return floatText(value);
    case 'string':
      budget.spendSize(value.length);
      return textCode(value);
    default:
      if (depth > MAX_VALUE_DEPTH) throw overLimit('A value that is printed nests too deep');
      return objectCode(value, (inner) => toCode(inner, budget, depth + 1));
  }
}

function objectCode(value: PyObject, show: (value: Value) => string): string {
  if (value instanceof PyList) return `[${value.slots.map((slot) => show(slot.value)).join(', ')}]`;
  if (value instanceof PyTuple) {
    const items = value.slots.map((slot) => show(slot.value));
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
  }
  if (value instanceof PyDict) {
    return `{${[...value.entries.values()].map((entry) => `${show(entry.key)}: ${show(entry.value)}`).join(', ')}}`;
  }
  if (value instanceof PySet) {
    return value.items.size === 0
      ? 'set()'
      : `{${[...value.items.values()].map((slot) => show(slot.value)).join(', ')}}`;
  }
  if (value instanceof PyRange) {
    return value.step === 1n
      ? `range(${value.start}, ${value.stop})`
      : `range(${value.start}, ${value.stop}, ${value.step})`;
  }
  if (value instanceof PyView)
    return `${typeName(value)}([${viewSlots(value)
      .map((slot) => show(slot.value))
      .join(', ')}])`;
  if (value instanceof PyLazy) return value.path.slice(value.path.lastIndexOf('.') + 1);
  if (value instanceof PyFunction && value.isType) return `<class '${value.name}'>`;
  throw new PythonFault(`A ${typeName(value)} has no text that means anything`);
}

/** The shortest digits that give the float back, written as Python does: `1e-05`, `1e+16`, `1.0`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  const sign = Object.is(value, -0) ? '-' : '';
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const plain = plainDigits(value, mantissa, exponent);
  return `${sign}${plain.includes('.') ? plain : `${plain}.0`}`;
}

/** The digits without an exponent. */
function plainDigits(value: number, mantissa: string, exponent: number): string {
  const digits = mantissa.replace(/[-.]/g, '');
  const minus = value < 0 ? '-' : '';
  if (exponent < 0) return `${minus}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = digits.slice(exponent + 1);
  return `${minus}${whole}${rest === '' ? '' : `.${rest}`}`;
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** A string as Python's code writes it: in single quotes, unless only those are in it. */
function textCode(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let code = '';
  for (const character of text) code += character === quote ? `\\${quote}` : escaped(character);
  return `${quote}${code}${quote}`;
}

function escaped(character: string): string {
  const short = SHORT_ESCAPES.get(character);
  if (short !== undefined) return short;
  const point = character.codePointAt(0) ?? 0;
  if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) return character;
  if (point < 0x100) return `\\x${point.toString(16).padStart(2, '0')}`;
  return point < 0x10000 ? `\\u${point.toString(16).padStart(4, '0')}` : `\\U${point.toString(16).padStart(8, '0')}`;
}

/** Python's `ascii(value)`, given its `repr`. */
export function asciiCode(code: string): string {
  return [...code]
    .map((character) => ((character.codePointAt(0) ?? 0) < 0x80 ? character : asciiEscape(character)))
    .join('');
}

function asciiEscape(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x100) return `\\x${point.toString(16)}`;
  return point < 0x10000 ? `\\u${point.toString(16).padStart(4, '0')}` : `\\U${point.toString(16).padStart(8, '0')}`;
}
