import type { Budget } from './budget.js';
import { bitLength, fractionOf, scaledInteger } from './decimal.js';
import { overLimit, PythonFault } from './fault.js';
import { textLength } from './iterate.js';
import { floatText, toText } from './show.js';
import { asInteger, typeName, type Value } from './values.js';

const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

/** Widest field, and most digits behind the point. */
const MAX_WIDTH = 10_000;

/** A format specification taken apart: `[[fill]align][sign][#][0][width][,][.precision][type]`. */
export interface FormatSpec {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly group: string | undefined;
  readonly precision: number | undefined;
  readonly type: string | undefined;
}

/** Python's `format(value, spec)`. */
export function formatValue(value: Value, text: string, budget: Budget): string {
  if (text === '') return toText(value, budget);
  const spec = readSpec(text);
  budget.spendSize(spec.width);
  if (typeof value === 'string') return formatText(value, spec);
  const integer = asInteger(value);
  if (integer !== undefined && !isFloatType(spec.type)) return formatInteger(integer, spec);
  if (integer !== undefined) return formatFloat(Number(integer), spec);
  if (typeof value === 'number') return formatFloat(value, spec);
  throw new PythonFault(`A ${typeName(value)} takes no format '${text}'`);
}

function readSpec(text: string): FormatSpec {
  const match = SPEC.exec(text);
  if (match === null) throw new PythonFault(`'${text}' is no format specification`);
  const [, fill, align, sign, , alternate, zero, width, group, precision, type] = match;
  const spec: FormatSpec = {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: align ?? (zero === undefined ? undefined : '='),
    sign: sign ?? '-',
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    group,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
  if (spec.width > MAX_WIDTH || (spec.precision ?? 0) > MAX_WIDTH) throw overLimit(`The format '${text}' is too wide`);
  return spec;
}

function isFloatType(type: string | undefined): boolean {
  return type !== undefined && 'eEfFgG%'.includes(type);
}

function formatText(text: string, spec: FormatSpec, align = '<'): string {
  if (spec.type !== undefined && spec.type !== 's') throw unknownType(spec.type, 'str');
  const cut = spec.precision === undefined ? text : [...text].slice(0, spec.precision).join('');
  return pad('', cut, spec, align);
}

/** Fills up to the width; `=` fills between the sign and the digits. */
export function pad(sign: string, body: string, spec: FormatSpec, align: string): string {
  const missing = spec.width - textLength(sign + body);
  if (missing <= 0) return sign + body;
  const side = spec.align ?? align;
  if (side === '=') return sign + spec.fill.repeat(missing) + body;
  const left = side === '>' ? missing : side === '^' ? missing >> 1 : 0;
  return spec.fill.repeat(left) + sign + body + spec.fill.repeat(missing - left);
}

const BASES: ReadonlyMap<string, readonly [radix: number, prefix: string]> = new Map([
  ['b', [2, '0b']],
  ['o', [8, '0o']],
  ['x', [16, '0x']],
  ['X', [16, '0X']],
  ['d', [10, '']],
  ['n', [10, '']],
]);

export function formatInteger(value: bigint, spec: FormatSpec): string {
  if (spec.type === 'c') return formatText(String.fromCodePoint(Number(value)), { ...spec, type: 's' });
  const base = BASES.get(spec.type ?? 'd');
  if (base === undefined) throw unknownType(spec.type ?? '', 'int');
  if (spec.precision !== undefined) throw new PythonFault('The format of an integer takes no precision');
  const [radix, prefix] = base;
  const digits = (value < 0n ? -value : value).toString(radix);
  const cased = spec.type === 'X' ? digits.toUpperCase() : digits;
  const sign = (value < 0n ? '-' : plusSign(spec)) + (spec.alternate ? prefix : '');
  return pad(sign, grouped(cased, spec, sign.length), spec, '>');
}

function plusSign(spec: FormatSpec): string {
  return spec.sign === '-' ? '' : spec.sign;
}

/** Digits in groups of three, and the zeros that fill up grouped too. */
function grouped(digits: string, spec: FormatSpec, signLength: number): string {
  if (spec.group === undefined) return digits;
  const [whole = '', ...rest] = digits.split(/(?=[.e])/);
  let filled = whole;
  const join = (text: string): string => text.replace(/\B(?=(?:\d{3})+$)/g, spec.group ?? '');
  if (spec.fill === '0' && spec.align === '=') {
    const room = spec.width - signLength - rest.join('').length;
    while (join(`0${filled}`).length <= room) filled = `0${filled}`;
  }
  return join(filled) + rest.join('');
}

export function formatFloat(value: number, spec: FormatSpec): string {
  if (spec.type !== undefined && spec.type !== 'n' && !isFloatType(spec.type)) throw unknownType(spec.type, 'float');
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? '-' : plusSign(spec);
  const size = Math.abs(value);
  const shown = spec.type === '%' ? size * 100 : size;
  const body = Number.isFinite(shown) ? pointed(floatDigits(shown, spec), spec) : infinite(shown, spec);
  return pad(sign, grouped(body, spec, sign.length), spec, '>');
}

/** With `#` there is always a point. */
function pointed(text: string, spec: FormatSpec): string {
  return spec.alternate && !text.includes('.') ? text.replace(/^\d+/, '$&.') : text;
}

function infinite(size: number, spec: FormatSpec): string {
  const text = Number.isNaN(size) ? 'nan' : 'inf';
  const percent = spec.type === '%' ? '%' : '';
  return `${spec.type === 'F' || spec.type === 'E' || spec.type === 'G' ? text.toUpperCase() : text}${percent}`;
}

function floatDigits(size: number, spec: FormatSpec): string {
  const places = spec.precision ?? 6;
  switch (spec.type) {
    case 'f':
    case 'F':
      return fixedDigits(size, places);
    case '%':
      return `${fixedDigits(size, places)}%`;
    case 'e':
      return exponentDigits(size, places);
    case 'E':
      return exponentDigits(size, places).toUpperCase();
    case 'g':
    case 'n':
      return generalDigits(size, places, spec.alternate);
    case 'G':
      return generalDigits(size, places, spec.alternate).toUpperCase();
    case undefined:
      return spec.precision === undefined ? floatText(size) : withPoint(generalDigits(size, places, false, 1));
    default:
      throw unknownType(spec.type, 'float');
  }
}

/** A float without a type keeps a digit behind the point. */
function withPoint(text: string): string {
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** `places` digits behind the point. */
function fixedDigits(size: number, places: number): string {
  const digits = scaledInteger(size, places)
    .toString()
    .padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** One digit before the point, `places` behind it, and an exponent. */
function exponentDigits(size: number, places: number): string {
  const { digits, exponent } = significantDigits(size, places + 1);
  const mantissa = places === 0 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** @param tail digits behind the point that a number without an exponent must leave room for. */
function generalDigits(size: number, precision: number, keepZeros: boolean, tail = 0): string {
  const count = Math.max(1, precision);
  const { digits, exponent } = significantDigits(size, count);
  const strip = (text: string): string => (keepZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, ''));
  if (exponent >= -4 && exponent < count - tail) return strip(fixedDigits(size, count - 1 - exponent));
  const mantissa = strip(digits.length === 1 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** The first `count` decimal digits of a float, rounded to nearest even, and the exponent of the first. */
function significantDigits(size: number, count: number): { readonly digits: string; readonly exponent: number } {
  if (size === 0) return { digits: '0'.repeat(count), exponent: 0 };
  let exponent = decimalExponent(size);
  let digits = scaledInteger(size, count - 1 - exponent).toString();
  // The guess was one too small, or rounding carried into another digit.
  while (digits.length !== count) {
    exponent += digits.length - count;
    digits = scaledInteger(size, count - 1 - exponent).toString();
  }
  return { digits, exponent };
}

/** Exponent of the first decimal digit, exact or one too small. */
function decimalExponent(size: number): number {
  const { numerator, denominator } = fractionOf(size);
  // log10(2) = 0.30103; one bit too few makes the guess too small, never too large.
  return Math.floor((bitLength(numerator) - bitLength(denominator) - 1) * 0.30102999566398114);
}

function unknownType(type: string, of: string): PythonFault {
  return new PythonFault(`'${type}' formats no ${of}`);
}
