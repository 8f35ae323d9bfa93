import { ConfigError } from '../errors.js';
import { checkKey } from './config-data.js';
import { MAX_DEPTH } from './limits.js';
import { pythonInteger } from './plain-scalar.js';
import { type ConfigValue, tuple } from './value.js';

/** Longest value of an option, in UTF-16 units: more than a command line can carry. */
const MAX_LENGTH = 256 * 1024;

/**
 * Reads options of the command line, as `--cfg-options model.depth=101 lr=0.1 size=(64,64)` gives them: numbers,
 * `true`, `false`, `None`, lists (`[a,b]`, or just `a,b`), tuples (`(a,b)`), nested, and text. Of an option given twice
 * the last counts.
 *
 * @returns values by dotted key, for `Config.mergeFromDict`.
 * @throws ConfigError `bad-cfg-option`, `unbalanced-brackets`.
 * @example parseConfigOptions(['model.depth=101', 'size=(64,64)']) // { 'model.depth': 101, size: tuple([64, 64]) }
 */
export function parseConfigOptions(options: Iterable<string>): Record<string, ConfigValue> {
  const values: Record<string, ConfigValue> = {};
  for (const option of options) {
    const mark = option.indexOf('=');
    if (mark === -1) throw badOption(option, 'has no value', 'key=value');
    const key = option.slice(0, mark);
    for (const step of key.split('.')) checkKey(step, { key });
    const text = option.slice(mark + 1);
    if (text.length > MAX_LENGTH) throw badOption(key, 'is too long', `at most ${MAX_LENGTH} characters`);
    if (depthOf(text) > MAX_DEPTH) throw badOption(key, `nests deeper than ${MAX_DEPTH} levels`, 'fewer brackets');
    values[key] = readValue(text, option);
  }
  return values;
}

/** The deepest nesting of brackets. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    if (depth > deepest) deepest = depth;
  }
  return deepest;
}

/** @param option for messages. */
function readValue(text: string, option: string): ConfigValue {
  const value = withoutQuotes(text.trim());
  const inner = insideBrackets(value);
  if (inner === undefined && !value.includes(',')) return readScalar(value.trim());
  const parts = splitAtCommas(inner ?? value, option);
  if (inner === undefined && parts[0] === value) {
    throw badOption(option, 'has brackets in the middle of a text', "a comma between '[…]' and what follows");
  }
  const items = parts.map((part) => readValue(part, option));
  return value.startsWith('(') && inner !== undefined ? tuple(items) : items;
}

function withoutQuotes(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isQuote(text[start])) start += 1;
  while (end > start && isQuote(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isQuote(character: string | undefined): boolean {
  return character === "'" || character === '"';
}

/** What stands between the first and the last bracket, when these two belong together. */
function insideBrackets(value: string): string | undefined {
  const pair = value.charAt(0) + value.charAt(value.length - 1);
  if (value.length < 2 || (pair !== '()' && pair !== '[]')) return undefined;
  let depth = 0;
  for (let at = 0; at < value.length - 1; at++) {
    const character = value[at];
    if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    // The first bracket is closed before the end.
    if (depth === 0) return undefined;
  }
  return value.slice(1, -1);
}

/** The parts between the commas that stand in no brackets; after the last comma there need be none. */
function splitAtCommas(text: string, option: string): readonly string[] {
  const parts: string[] = [];
  let [round, square, start] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '(') round += 1;
    else if (character === ')') round -= 1;
    else if (character === '[') square += 1;
    else if (character === ']') square -= 1;
    else if (character === ',' && round === 0 && square === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  if (round !== 0 || square !== 0) {
    const what = `The brackets of the option ${shown(option)} are not balanced`;
    throw new ConfigError({ code: 'unbalanced-brackets', what, fix: 'close each bracket that is opened' });
  }
  const last = text.slice(start);
  return last.trim() === '' ? parts : [...parts, last];
}

const FLOAT = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const NAMED_FLOATS: ReadonlyMap<string, number> = new Map([
  ['inf', Infinity],
  ['infinity', Infinity],
  ['nan', Number.NaN],
]);

/** What Python's `int`, `float` and `bool` would make of it, else text. */
function readScalar(text: string): ConfigValue {
  if (/^[-+]?\d+$/.test(text)) return pythonInteger(text) ?? text;
  if (FLOAT.test(text)) return Number(text);
  const named = NAMED_FLOATS.get(text.replace(/^[-+]/, '').toLowerCase());
  if (named !== undefined) return text.startsWith('-') ? -named : named;
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  return text === 'None' ? null : text;
}

function badOption(option: string, what: string, expected: string): ConfigError {
  return new ConfigError({ code: 'bad-cfg-option', what: `The option ${shown(option)} ${what}`, expected });
}

function shown(option: string): string {
  return JSON.stringify(option.length > 80 ? `${option.slice(0, 80)}…` : option);
}
