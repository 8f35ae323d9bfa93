import type { Budget } from './budget.js';
import { PythonFault } from './fault.js';
import { type FormatSpec, formatFloat, formatInteger, pad } from './format-spec.js';
import { keyOf } from './keys.js';
import { missingKey } from './mapping.js';
import { asciiCode, toCode, toText } from './show.js';
import { asNumeric, PyDict, PyTuple, typeName, type Value } from './values.js';

const FIELD = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([\s\S])?/gu;

/** Widest field, and most digits behind the point. */
const MAX_WIDTH = 10_000;

/** Python's `format % values`. */
export function formatPercent(format: string, values: Value, budget: Budget): string {
  const queue = values instanceof PyTuple ? values.slots.map((slot) => slot.value) : [values];
  let used = 0;
  const next = (): Value => {
    const value = queue[used];
    if (value === undefined) throw new PythonFault('There are fewer values than the format has fields');
    used += 1;
    return value;
  };
  budget.spendSize(format.length);
  const text = format.replace(FIELD, (whole: string, ...groups: (string | undefined)[]) => {
    const [key, flags = '', width, precision, type] = groups;
    if (type === '%') return '%';
    if (type === undefined) throw new PythonFault('The format ends in the middle of a field');
    const spec = percentSpec(flags, countOf(width, next), countOf(precision, next, whole.includes('.')));
    budget.spendSize(spec.width);
    return formatField(key === undefined ? next() : namedValue(values, key), type, spec, budget);
  });
  if (used < queue.length && !(values instanceof PyDict) && !(used === 0 && queue.length === 0)) {
    throw new PythonFault('There are more values than the format has fields');
  }
  return text;
}

function countOf(text: string | undefined, next: () => Value, given = false): number | undefined {
  if (text === undefined) return given ? 0 : undefined;
  const count = text === '*' ? Number(asNumeric(next()) ?? Number.NaN) : Number(text);
  if (!(Number.isInteger(count) && count <= MAX_WIDTH))
    throw new PythonFault('A width of the format is no small integer');
  return count;
}

function namedValue(values: Value, key: string): Value {
  if (!(values instanceof PyDict)) throw new PythonFault(`The format names '${key}', but its values are no dict`);
  const entry = values.entries.get(keyOf(key));
  if (entry === undefined) throw missingKey(key);
  return entry.value;
}

function percentSpec(flags: string, width: number | undefined, precision: number | undefined): FormatSpec {
  const left = flags.includes('-') || (width ?? 0) < 0;
  const zero = flags.includes('0') && !left;
  return {
    fill: zero ? '0' : ' ',
    align: left ? '<' : zero ? '=' : '>',
    sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '-',
    alternate: flags.includes('#'),
    width: Math.abs(width ?? 0),
    group: undefined,
    precision,
    type: undefined,
  };
}

function formatField(value: Value, type: string, spec: FormatSpec, budget: Budget): string {
  if (type === 's' || type === 'r' || type === 'a') {
    const code = type === 's' ? toText(value, budget) : toCode(value, budget);
    const text = type === 'a' ? asciiCode(code) : code;
    const cut = spec.precision === undefined ? text : [...text].slice(0, spec.precision).join('');
    return pad('', cut, spec.align === '=' ? { ...spec, fill: ' ', align: '>' } : spec, '>');
  }
  if (type === 'c' && typeof value === 'string') return pad('', value, spec, '>');
  const number = asNumeric(value);
  if (number === undefined) throw new PythonFault(`'%${type}' does not take a ${typeName(value)}`);
  if ('eEfFgG'.includes(type)) return formatFloat(Number(number), { ...spec, type });
  if ('diu'.includes(type)) return formatInteger(whole(number), digitsSpec(spec, 'd'));
  if (!'oxXc'.includes(type)) throw new PythonFault(`'%${type}' is no field of a format`);
  if (typeof number === 'number') throw new PythonFault(`'%${type}' does not take a float`);
  return formatInteger(number, digitsSpec(spec, type));
}

function digitsSpec(spec: FormatSpec, type: string): FormatSpec {
  return { ...spec, type, precision: undefined };
}

function whole(number: bigint | number): bigint {
  if (typeof number === 'bigint') return number;
  if (!Number.isFinite(number)) throw new PythonFault(`${number} is no integer`);
  return BigInt(Math.trunc(number));
}
