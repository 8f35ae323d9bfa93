import { ConfigError } from '../errors.js';
import { parseError } from './parse-error.js';
import type { SourceVariables } from './source-reader.js';
import type { ConfigValue } from './value.js';
import { NO_VARIABLES } from './variables.js';

/**
 * How JSON and YAML are read.
 *
 * - `strict`: JSON as RFC 8259, YAML 1.2 with the core schema; a key given twice and a number that JavaScript cannot
 *   hold are errors.
 * - `mmengine`: as Python's `json` and PyYAML read: JSON may say `NaN` and `Infinity`, YAML has 1.1's `yes`, `on`,
 *   `017`, `1_000`, `12:30` and `!!python/tuple`, large integers are bigints, and of a key given twice the last counts,
 *   with a warning. (`1e-5`, which PyYAML takes for text, is a number, and a date is text.)
 */
export type ConfigDialect = 'strict' | 'mmengine';

/** Something that is read, but hardly meant. */
export interface ConfigWarning {
  /** Stable word: `deprecated-config`, `duplicate-key`. */
  readonly code: string;
  readonly message: string;
  readonly origin: { readonly file?: string; readonly line?: number };
}

/** What a reader of JSON or YAML must know beside the text. */
export interface ReadRules {
  readonly dialect: ConfigDialect;
  readonly variables: SourceVariables;
  readonly warn: (warning: ConfigWarning) => void;
}

export const STRICT: ReadRules = { dialect: 'strict', variables: NO_VARIABLES, warn: () => {} };

/** Stands in a value for `{{ _base_.a.b }}` until the bases are read. */
export class BaseValue {
  readonly path: readonly string[];
  readonly line: number;

  constructor(path: readonly string[], line: number) {
    this.path = path;
    this.line = line;
  }

  /** For trees whose type knows plain data only; the loader takes it out again. */
  static placed(path: readonly string[], line: number): ConfigValue {
    return new BaseValue(path, line) as unknown as ConfigValue;
  }
}

/** Puts texts in the place of the placeholders in a string; what they bring in is not looked at again. */
export function fillText(text: string, variables: SourceVariables, file: string | undefined, line: number): string {
  const placed = variables.find(text);
  if (placed.length === 0) return text;
  const parts: string[] = [];
  let end = 0;
  for (const { placeholder, start, end: next } of placed) {
    if (placeholder.kind === 'base') throw baseInsideText(text.slice(start, next), file, line);
    parts.push(text.slice(end, start), variables.text(placeholder, line));
    end = next;
  }
  return parts.join('') + text.slice(end);
}

/** A base's value has a type of its own, which text around it would lose. */
export function baseInsideText(placeholder: string, file: string | undefined, line: number): ConfigError {
  return new ConfigError({
    code: 'quoted-base-value',
    what: `${placeholder} stands inside a text`,
    expected: 'the placeholder alone, as the whole value',
    fix: `write ${placeholder} without quotes and without other text around it`,
    origin: { ...(file === undefined ? {} : { file }), line },
  });
}

/** Says that of a key given twice the last counts. */
export function warnOfDuplicate(
  rules: ReadRules,
  file: string | undefined,
  key: string,
  lines: readonly [number, number],
): void {
  const [first, line] = lines;
  rules.warn({
    code: 'duplicate-key',
    message: `The key ${JSON.stringify(key)} is given twice in one mapping, on lines ${first} and ${line}: the last counts`,
    origin: { ...(file === undefined ? {} : { file }), line },
  });
}

/** Says that a key is given twice, where that is refused. */
export function refuseDuplicate(file: string | undefined, key: string, lines: readonly [number, number]): ConfigError {
  const what = `The key ${JSON.stringify(key)} is given twice in one mapping, first on line ${lines[0]}`;
  return parseError(file, { what, line: lines[1], fix: 'remove one of the two' });
}
