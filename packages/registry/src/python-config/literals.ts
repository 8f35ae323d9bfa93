import { PythonFault } from './fault.js';

const INTEGER = /^(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?\d)*)$/;
const FLOAT = /^(?:\d(?:_?\d)*)?(?:\.(?:\d(?:_?\d)*)?)?(?:[eE][+-]?\d(?:_?\d)*)?$/;

/** Most digits of an integer literal: CPython refuses longer ones too. */
const MAX_DIGITS = 4300;

/** The number that a literal of Python's spells: an integer as `bigint`, a float as `number`. */
export function readNumber(literal: string): bigint | number {
  const digits = literal.replaceAll('_', '');
  if (INTEGER.test(literal)) {
    if (digits.length > MAX_DIGITS) throw new PythonFault(`An integer has ${digits.length} digits`);
    return BigInt(digits);
  }
  if (FLOAT.test(literal) && /[.eE]/.test(literal)) return Number(digits);
  const complex = /[jJ]$/.test(literal);
  throw new PythonFault(`'${literal.slice(0, 40)}' is ${complex ? 'a complex number' : 'no number of Python 3'}`, {
    code: complex ? 'unsupported-python' : 'parse-error',
  });
}

/** A string literal taken apart. */
export interface StringLiteral {
  /** Lower case: `r`, `f`, `rf`, … */
  readonly prefix: string;
  /** Offsets of the content, from the start of the literal. */
  readonly start: number;
  readonly end: number;
}

/** Finds prefix, quotes and content of a string literal. */
export function splitString(literal: string): StringLiteral {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]*)("""|'''|"|')/.exec(literal) ?? [];
  const start = prefix.length + quote.length;
  return { prefix: prefix.toLowerCase(), start, end: literal.length - quote.length };
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

const ESCAPE = /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([xuUN])|([\s\S]))/g;

/**
 * The text behind the content of a string literal, its escapes replaced.
 *
 * An escape that Python does not know stands for itself, as in Python; names of characters (`\N{…}`) are no subset of
 * ours.
 */
export function unescapeString(content: string): string {
  if (!content.includes('\\')) return content;
  return content.replace(ESCAPE, (whole: string, octal?: string, ...groups: (string | undefined)[]) => {
    const [byte, unit, point, bad, other] = groups;
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    const hex = byte ?? unit ?? point;
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    if (bad === 'N') throw new PythonFault("The escape '\\N{…}' is not read", { fix: 'write the character itself' });
    if (bad !== undefined) throw new PythonFault(`An escape '\\${bad}' lacks its digits`, { code: 'parse-error' });
    return ESCAPES.get(other ?? '') ?? whole;
  });
}

function characterOf(point: number): string {
  if (point > 0x10ffff) throw new PythonFault('An escape names no character', { code: 'parse-error' });
  return String.fromCodePoint(point);
}
