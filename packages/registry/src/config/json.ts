import { MAX_DEPTH, MAX_VALUES } from './limits.js';
import type { LineNode } from './loaded-config.js';
import { exactInteger, FORBIDDEN_KEY, parseError } from './parse-error.js';
import { pythonNumber } from './plain-scalar.js';
import { BaseValue, fillText, type ReadRules, refuseDuplicate, STRICT, warnOfDuplicate } from './read-rules.js';
import type { LocatedValue, PlacedPlaceholder } from './source-reader.js';
import type { ConfigValue } from './value.js';

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Control characters must be escaped (RFC 8259, section 7). */
const FIRST_PLAIN = 0x20;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS: readonly (readonly [string, ConfigValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
/** What Python's `json` reads beyond the standard. */
const PYTHON_LITERALS: readonly (readonly [string, ConfigValue])[] = [
  ...LITERALS,
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

/**
 * Reads JSON (RFC 8259) and remembers the line of every part.
 *
 * Stricter than `JSON.parse` where that is silent: a key given twice, `__proto__` as key, and an integer that a number
 * cannot hold exactly are errors. In the dialect `mmengine` it reads what Python's `json` reads. A placeholder may
 * stand in a string, or alone in the place of a value: then it is read as JSON.
 *
 * @throws ConfigError `parse-error`; what the rules' variables throw.
 */
export function parseJson(text: string, file: string | undefined, rules: ReadRules = STRICT): LocatedValue {
  return new JsonReader(text, file, rules).read();
}

class JsonReader {
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #rules: ReadRules;
  readonly #literals: readonly (readonly [string, ConfigValue])[];
  /** Placeholders by the index where they begin. */
  readonly #placed: ReadonlyMap<number, PlacedPlaceholder>;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #values = 0;

  constructor(text: string, file: string | undefined, rules: ReadRules) {
    this.#text = text;
    this.#file = file;
    this.#rules = rules;
    this.#literals = rules.dialect === 'mmengine' ? PYTHON_LITERALS : LITERALS;
    this.#placed = new Map(rules.variables.find(text).map((placed) => [placed.start, placed]));
  }

  read(): LocatedValue {
    this.#skipSpace();
    const result = this.#readValue(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#refuse('the end of the text');
    return result;
  }

  #readValue(depth: number): LocatedValue {
    if (depth > MAX_DEPTH) {
      throw parseError(this.#file, { what: `The text nests deeper than ${MAX_DEPTH} levels`, line: this.#line });
    }
    this.#values += 1;
    if (this.#values > MAX_VALUES) {
      throw parseError(this.#file, { what: `The config has more than ${MAX_VALUES} values`, line: this.#line });
    }
    const line = this.#line;
    const head = this.#text[this.#at];
    const placed = this.#placed.get(this.#at);
    if (placed !== undefined) return { value: this.#readPlaceholder(placed), lines: { line } };
    if (head === '{') return this.#readObject(depth, line);
    if (head === '[') return this.#readArray(depth, line);
    if (head === '"') return { value: this.#readText(), lines: { line } };
    for (const [word, value] of this.#literals) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return { value, lines: { line } };
      }
    }
    return { value: this.#readNumber(), lines: { line } };
  }

  /** A placeholder in the place of a value stands for a JSON value, not for a piece of text. */
  #readPlaceholder({ placeholder, start, end }: PlacedPlaceholder): ConfigValue {
    this.#at = start;
    while (this.#at < end) {
      const code = this.#text.charCodeAt(this.#at);
      this.#at += 1;
      if (code === NEWLINE) {
        this.#line += 1;
        this.#lineStart = this.#at;
      }
    }
    if (placeholder.kind === 'base') return BaseValue.placed(placeholder.path, this.#line);
    const text = this.#rules.variables.text(placeholder, this.#line);
    try {
      // A mapping is for the file alone to write: what the environment says stays inside one value.
      const { value } = parseJson(text, this.#file, { ...STRICT, dialect: this.#rules.dialect });
      if (!holdsMapping(value)) return value;
    } catch {
      // Told below, in words that name the placeholder.
    }
    const source = this.#text.slice(start, end);
    throw parseError(this.#file, {
      what: `${source} stands for ${JSON.stringify(text.slice(0, 80))}, which is no JSON value`,
      line: this.#line,
      expected: 'a number, true, false, null, a string in double quotes or a list of these',
      fix: `for text, put the placeholder in quotes: "${source.replace(/['"]/g, '')}"`,
    });
  }

  #readText(): string {
    const line = this.#line;
    return fillText(this.#readString(), this.#rules.variables, this.#file, line);
  }

  #readObject(depth: number, line: number): LocatedValue {
    const value: Record<string, ConfigValue> = {};
    const children = new Map<string, LineNode>();
    this.#at += 1;
    this.#skipSpace();
    let more = !this.#take('}');
    while (more) {
      const keyLine = this.#line;
      const key = this.#readKey(children);
      const inner = this.#readValue(depth + 1);
      value[key] = inner.value;
      children.set(key, { ...inner.lines, line: keyLine });
      more = this.#nextItem('}');
    }
    return { value, lines: { line, children } };
  }

  #readArray(depth: number, line: number): LocatedValue {
    const value: ConfigValue[] = [];
    const children: LineNode[] = [];
    this.#at += 1;
    this.#skipSpace();
    let more = !this.#take(']');
    while (more) {
      const inner = this.#readValue(depth + 1);
      children.push(inner.lines);
      value.push(inner.value);
      more = this.#nextItem(']');
    }
    return { value, lines: { line, children } };
  }

  #readKey(known: ReadonlyMap<string, LineNode>): string {
    if (this.#text[this.#at] !== '"') throw this.#refuse('a key in double quotes');
    const line = this.#line;
    const key = this.#readText();
    const earlier = known.get(key);
    if (earlier !== undefined) {
      if (this.#rules.dialect === 'strict') throw refuseDuplicate(this.#file, key, [earlier.line, line]);
      warnOfDuplicate(this.#rules, this.#file, key, [earlier.line, line]);
    }
    if (key === FORBIDDEN_KEY) {
      throw parseError(this.#file, { what: `The key '${FORBIDDEN_KEY}' is not allowed`, line });
    }
    this.#skipSpace();
    if (!this.#take(':')) throw this.#refuse("':' after the key");
    this.#skipSpace();
    return key;
  }

  /** Whether another item follows; else the closing bracket was taken. */
  #nextItem(close: string): boolean {
    this.#skipSpace();
    if (this.#take(close)) return false;
    if (!this.#take(',')) throw this.#refuse(`',' or '${close}'`);
    this.#skipSpace();
    if (this.#text[this.#at] === close) throw this.#refuse('another item after the comma', 'remove the last comma');
    return true;
  }

  #readString(): string {
    const start = this.#at;
    let end = start + 1;
    for (let code = this.#text.charCodeAt(end); code !== QUOTE; code = this.#text.charCodeAt(end)) {
      // Past the end the code is NaN.
      if (!(code >= FIRST_PLAIN)) throw this.#refuseAt(end, 'a string that is closed on its line');
      end += code === BACKSLASH ? 2 : 1;
    }
    this.#at = end + 1;
    const raw = this.#text.slice(start, this.#at);
    if (!raw.includes('\\')) return raw.slice(1, -1);
    try {
      return JSON.parse(raw) as string;
    } catch (cause) {
      const what = 'A string has an escape that JSON does not know';
      const fix = 'write a backslash as two';
      throw parseError(this.#file, {
        what,
        line: this.#line,
        expected: '\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX',
        fix,
        cause,
      });
    }
  }

  #readNumber(): number | bigint {
    NUMBER.lastIndex = this.#at;
    if (!NUMBER.test(this.#text)) throw this.#refuse('a value');
    const raw = this.#text.slice(this.#at, NUMBER.lastIndex);
    const value = this.#rules.dialect === 'mmengine' ? pythonNumber(raw) : strictNumber(raw);
    if (value === undefined) {
      const what = `The number ${raw.slice(0, 40)} does not fit a JavaScript number`;
      throw parseError(this.#file, { what, line: this.#line, fix: 'write it in quotes, as text' });
    }
    this.#at = NUMBER.lastIndex;
    return value;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    for (let at = this.#at; ; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === NEWLINE) {
        this.#line += 1;
        this.#lineStart = at + 1;
      } else if (code !== SPACE && code !== TAB && code !== RETURN) {
        this.#at = at;
        return;
      }
    }
  }

  #refuseAt(at: number, expected: string): Error {
    this.#at = at;
    return this.#refuse(expected);
  }

  #refuse(expected: string, fix = this.#adviceHere()): Error {
    const found = this.#text[this.#at];
    const column = this.#at - this.#lineStart + 1;
    const what =
      found === undefined ? 'The JSON text ends too early' : `Unexpected ${JSON.stringify(found)} in column ${column}`;
    return parseError(this.#file, { what, line: this.#line, expected, ...(fix === undefined ? {} : { fix }) });
  }

  #adviceHere(): string | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 8);
    if (/^(?:\/\/|\/\*|#)/.test(rest)) return 'JSON has no comments: remove it, or write the config as YAML';
    if (rest.startsWith("'")) return 'JSON strings stand in double quotes';
    if (/^(?:None|True|False)\b/.test(rest)) return "write null, true or false instead of Python's words";
    if (/^[-+]?(?:NaN|Inf)/.test(rest)) return 'JSON has no NaN and no infinities; YAML writes .nan and .inf';
    return undefined;
  }
}

function strictNumber(raw: string): number | undefined {
  const value = /[.eE]/.test(raw) ? Number(raw) : exactInteger(raw);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Whether a value is a mapping or a list with one somewhere inside. */
export function holdsMapping(value: ConfigValue): boolean {
  if (Array.isArray(value)) return value.some(holdsMapping);
  return typeof value === 'object' && value !== null;
}
