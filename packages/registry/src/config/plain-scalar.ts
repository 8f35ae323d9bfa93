/** Longest integer that becomes a bigint; Python's own limit is 4300 digits. */
const MAX_DIGITS = 4300;

/** A decimal integer as a number, or as a bigint beyond what a number holds exactly; undefined when it is too long. */
export function pythonInteger(digits: string): number | bigint | undefined {
  if (digits.length > MAX_DIGITS) return undefined;
  const value = Number(digits);
  // Python's integers know no negative zero.
  return Number.isSafeInteger(value) ? value + 0 : BigInt(digits.replace(/^\+/, ''));
}

/** A number as Python's `json` reads it: what is too large for a float is an infinity. */
export function pythonNumber(text: string): number | bigint | undefined {
  return /[.eE]/.test(text) ? Number(text) : pythonInteger(text);
}

/** What a word may stand for. */
type Word = null | boolean | number;

/** YAML 1.1's words, as PyYAML knows them. */
const WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ...spellings('yes', 'true', 'on').map((word): [string, boolean] => [word, true]),
  ...spellings('no', 'false', 'off').map((word): [string, boolean] => [word, false]),
  ...['', '~', ...spellings('null')].map((word): [string, null] => [word, null]),
  ...['', '+'].flatMap((sign) => spellings('inf').map((word): [string, number] => [`${sign}.${word}`, Infinity])),
  ...spellings('inf').map((word): [string, number] => [`-.${word}`, -Infinity]),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, number] => [word, Number.NaN]),
]);

function spellings(...words: readonly string[]): readonly string[] {
  return words.flatMap((word) => [word, `${word.charAt(0).toUpperCase()}${word.slice(1)}`, word.toUpperCase()]);
}

const RADIX_INTEGER = /^[-+]?(?:0b[01_]+|0x[\da-fA-F_]+|0[0-7_]+)$/;
const INTEGER = /^[-+]?(?:0|[1-9][\d_]*)$/;
const FLOAT = /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?$/;
const SEXAGESIMAL = /^[-+]?(?:[1-9][\d_]*(?::[0-5]?\d)+|\d[\d_]*(?::[0-5]?\d)+\.[\d_]*)$/;
/** Longest text that can be a number. */
const MAX_LENGTH = MAX_DIGITS + 8;

/**
 * What a plain scalar of YAML means to PyYAML; a text that means nothing else stays text.
 *
 * Two differences: `1e-5` and `1e5`, which PyYAML takes for text, are numbers, and a date is text.
 */
export function pythonYamlScalar(text: string): null | boolean | number | bigint | string {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (text.length > MAX_LENGTH || !/^[-+.\d]/.test(text)) return text;
  const plain = text.replaceAll('_', '');
  if (INTEGER.test(text)) return pythonInteger(plain) ?? text;
  if (RADIX_INTEGER.test(text)) return radixInteger(plain) ?? text;
  if (FLOAT.test(text)) return /[.eE]/.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : text;
  return SEXAGESIMAL.test(text) ? sexagesimal(plain) : text;
}

function radixInteger(text: string): number | bigint | undefined {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '').toLowerCase();
  const value = /^0[bx]/.test(digits) ? digits : `0o${digits.slice(1)}`;
  // `0x_` has no digits left.
  if (value.length < 3) return undefined;
  const magnitude = BigInt(value);
  const signed = negative ? -magnitude : magnitude;
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

/** `12:30` is 12 · 60 + 30. */
function sexagesimal(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const parts = text.replace(/^[-+]/, '').split(':');
  return sign * parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

const CORE_WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ...spellings('true').map((word): [string, boolean] => [word, true]),
  ...spellings('false').map((word): [string, boolean] => [word, false]),
  ...['', '~', ...spellings('null')].map((word): [string, null] => [word, null]),
]);
const CORE_NUMBER = /^(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|0o[0-7]+|0x[\da-fA-F]+)$/;

/** What a plain scalar means in YAML 1.2's core schema; a number that cannot be held exactly stays text. */
export function coreYamlScalar(text: string): null | boolean | number | string {
  const word = CORE_WORDS.get(text);
  if (word !== undefined) return word;
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  if (text.length > MAX_LENGTH || !CORE_NUMBER.test(text)) return text;
  const value = Number(text);
  const exact = /[.eE]/.test(text) || Number.isSafeInteger(value);
  return exact && Number.isFinite(value) ? value : text;
}
