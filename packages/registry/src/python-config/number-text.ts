import { PythonFault } from './fault.js';

const FLOAT = /^[+-]?(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:e[+-]?\d(?:_?\d)*)?$/i;
const PREFIXES: ReadonlyMap<string, number> = new Map([
  ['0b', 2],
  ['0o', 8],
  ['0x', 16],
]);
/** CPython's own limit. */
const MAX_DIGITS = 4300;

/** Python's `int(text, base)`. */
export function readInteger(text: string, base: number): bigint {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text.trim().toLowerCase()) ?? [];
  const prefix = PREFIXES.get(body.slice(0, 2));
  const radix = base === 0 ? (prefix ?? 10) : base;
  const plain = prefix === radix ? body.slice(2).replace(/^_/, '') : body;
  const digits = plain.replace(/(?<=[\da-z])_(?=[\da-z])/g, '');
  if (digits.length > MAX_DIGITS) throw new PythonFault(`An integer has ${digits.length} digits`);
  let value = 0n;
  for (const digit of digits) {
    const worth = Number.parseInt(digit, 36);
    if (!(worth < radix)) throw notANumber(text, 'integer');
    value = value * BigInt(radix) + BigInt(worth);
  }
  if (digits === '' || !(radix >= 2 && radix <= 36)) throw notANumber(text, 'integer');
  return sign === '-' ? -value : value;
}

/** Python's `float(text)`. */
export function readFloat(text: string): number {
  const plain = text.trim().toLowerCase();
  const [, sign = '', word = ''] = /^([+-]?)(inf|infinity|nan)$/.exec(plain) ?? [];
  if (word === 'nan') return Number.NaN;
  if (word !== '') return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (!FLOAT.test(plain)) throw notANumber(text, 'float');
  return Number(plain.replaceAll('_', ''));
}

function notANumber(text: string, kind: string): PythonFault {
  return new PythonFault(`${JSON.stringify(text.slice(0, 40))} is no ${kind}`);
}
