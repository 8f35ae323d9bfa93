import { ConfigError } from '../errors.js';
import { isMapping, showValue } from '../schema/mapping.js';
import { type ConfigPath, formatKey } from '../schema/origin.js';
import { checkSize } from './config-data.js';
import { coreYamlScalar, pythonYamlScalar } from './plain-scalar.js';
import { asciiJsonText, pythonNumberText } from './python-text.js';
import { isTuple } from './value.js';

/** Languages that configs are written in. */
export type DumpFormat = 'json' | 'yaml';

/**
 * Writes data as mmengine does: JSON on one line in the order of the data, or block YAML with sorted keys. `NaN` and
 * the infinities are written in Python's way; a tuple is a list in JSON and `!!python/tuple` in YAML.
 *
 * @throws ConfigError `no-plain-data` for functions, classes and instances, `config-too-large`.
 * @example dumpData({ a: [1, 2] }, 'yaml') // 'a:\n- 1\n- 2\n'
 */
export function dumpData(value: unknown, format: DumpFormat): string {
  checkSize(value, {});
  if (format === 'json') return jsonText(value, []);
  if (!isMapping(value) && !Array.isArray(value)) return `${scalarText(value, [])}\n`;
  if (isEmpty(value)) return `${head(value)}${Array.isArray(value) ? '[]' : '{}'}\n`;
  return `${[...header(value), ...blockLines(value, [])].join('\n')}\n`;
}

function jsonText(value: unknown, path: ConfigPath): string {
  if (typeof value === 'string') return asciiJsonText(value);
  if (Array.isArray(value)) return `[${value.map((item, index) => jsonText(item, [...path, index])).join(', ')}]`;
  if (isMapping(value)) {
    const parts = Object.entries(value).map(
      ([key, item]) => `${asciiJsonText(key)}: ${jsonText(item, [...path, key])}`,
    );
    return `{${parts.join(', ')}}`;
  }
  if (typeof value !== 'number') return simpleText(value, path);
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? pythonNumberText(value) : value > 0 ? 'Infinity' : '-Infinity';
}

function simpleText(value: unknown, path: ConfigPath): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  throw new ConfigError({
    code: 'no-plain-data',
    what: `${path.length === 0 ? 'The value' : `'${formatKey(path)}'`} is ${showValue(value)}, which no config file can hold`,
    expected: 'plain data: null, booleans, numbers, texts, lists and mappings',
  });
}

const TUPLE_TAG = '!!python/tuple';
const INDENT = '  ';
/** Longest key, in characters, that stands before its colon on one line. */
const LONGEST_KEY = 1000;

type Collection = readonly unknown[] | Readonly<Record<string, unknown>>;

function isEmpty(value: Collection): boolean {
  return (Array.isArray(value) ? value : Object.keys(value)).length === 0;
}

function head(value: Collection): string {
  return isTuple(value) ? `${TUPLE_TAG} ` : '';
}

/** The line that a tuple begins with, where it has one of its own. */
function header(value: Collection): readonly string[] {
  return isTuple(value) ? [TUPLE_TAG] : [];
}

/** A collection that is not empty, one line each for its simple parts. */
function blockLines(value: Collection, path: ConfigPath): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => itemLines(item, [...path, index]));
  const mapping = value as Readonly<Record<string, unknown>>;
  return Object.keys(mapping)
    .sort()
    .flatMap((key) => entryLines(key, mapping[key], [...path, key]));
}

function itemLines(item: unknown, path: ConfigPath): readonly string[] {
  if (!isCollection(item) || isEmpty(item)) return [`- ${shortText(item, path)}`];
  const lines = blockLines(item, path);
  if (isTuple(item)) return [`- ${TUPLE_TAG}`, ...indented(lines)];
  return lines.map((line, index) => (index === 0 ? `- ${line}` : `${INDENT}${line}`));
}

function entryLines(key: string, item: unknown, path: ConfigPath): readonly string[] {
  const keyText = stringText(key);
  const name = keyText.length > LONGEST_KEY ? `? ${keyText}\n:` : `${keyText}:`;
  if (!isCollection(item) || isEmpty(item)) return [...`${name} ${shortText(item, path)}`.split('\n')];
  const lines = blockLines(item, path);
  const first = isTuple(item) ? `${name} ${TUPLE_TAG}` : name;
  return [...first.split('\n'), ...(Array.isArray(item) && keyText.length <= LONGEST_KEY ? lines : indented(lines))];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${INDENT}${line}`);
}

function isCollection(value: unknown): value is Collection {
  return Array.isArray(value) || isMapping(value);
}

function shortText(value: unknown, path: ConfigPath): string {
  if (Array.isArray(value)) return `${head(value)}[]`;
  return isMapping(value) ? '{}' : scalarText(value, path);
}

function scalarText(value: unknown, path: ConfigPath): string {
  if (typeof value === 'string') return stringText(value);
  if (typeof value !== 'number') return simpleText(value, path);
  const text = pythonNumberText(value);
  if (!Number.isFinite(value)) return text.replace(/(inf|nan)$/, '.$1');
  // YAML 1.1 wants a point before the exponent.
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

/** Characters that a plain scalar cannot begin with. */
const INDICATORS = /^[#,[\]{}&*!|>'"%@`]/;
const DOCUMENT_MARK = /^(?:---|\.\.\.)/;
const DATE = /^\d{4}-\d\d?-\d\d?/;

/** A text as YAML: plain where it can be, else in single quotes, else escaped. */
function stringText(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) return escaped(text);
  const plain =
    text !== '' &&
    !INDICATORS.test(text) &&
    !DOCUMENT_MARK.test(text) &&
    !/^[-?:](?: |$)/.test(text) &&
    !/^ | $|: |:$| #/.test(text) &&
    text !== '<<' &&
    text !== '=' &&
    !DATE.test(text) &&
    pythonYamlScalar(text) === text &&
    coreYamlScalar(text) === text;
  return plain ? text : `'${text.replaceAll("'", "''")}'`;
}

/** Escapes of one letter, those of them that YAML and JSON do not share included. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['\0', '0'],
  ['\u0007', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\u001b', 'e'],
  ['\u0085', 'N'],
  ['\u00a0', '_'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
]);

/** In double quotes, in ASCII alone. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be escaped.
  const inner = text.replace(/["\\\u0000-\u001f\u007f-\u{10ffff}]/gu, (character) => {
    const letter = ESCAPES.get(character);
    if (letter !== undefined) return `\\${letter}`;
    const code = character.codePointAt(0) ?? 0;
    const digits = code.toString(16).toUpperCase();
    if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
    return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
  });
  return `"${inner}"`;
}
