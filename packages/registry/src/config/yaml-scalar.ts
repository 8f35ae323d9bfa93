import { holdsMapping, parseJson } from './json.js';
import { exactInteger } from './parse-error.js';
import { pythonYamlScalar } from './plain-scalar.js';
import { STRICT } from './read-rules.js';
import type { ConfigValue } from './value.js';

const TAG_PREFIX = 'tag:yaml.org,2002:';

/** Tags of simple values: what stands behind them is read as if it stood alone. */
export const SIMPLE_TAGS: readonly SimpleTag[] = ['bool', 'int', 'float', 'null'].map((name) => ({
  tag: `${TAG_PREFIX}${name}`,
  default: false,
  resolve: (text: string): string => text,
}));
interface SimpleTag {
  readonly tag: string;
  readonly default: false;
  readonly resolve: (text: string) => string;
}

/**
 * What a text means behind a tag of {@link SIMPLE_TAGS}; behind any other, or none, it is text.
 *
 * @param refuse makes the error for a text that is not what its tag says.
 */
export function readTagged(text: string, tag: string | undefined, refuse: (what: string) => Error): ConfigValue {
  if (!SIMPLE_TAGS.some((known) => known.tag === tag)) return text;
  const name = tag?.slice(TAG_PREFIX.length) ?? '';
  const value = pythonYamlScalar(text);
  const fits = {
    bool: typeof value === 'boolean',
    int: typeof value === 'bigint' || Number.isInteger(value),
    float: typeof value === 'number' || typeof value === 'bigint',
    null: value === null,
  }[name];
  if (fits !== true) throw refuse(`${JSON.stringify(text.slice(0, 40))} is not what its tag '!!${name}' says`);
  return name === 'float' ? Number(value) : value;
}

/** Whether a number is not what its text spells: an integer too long, or something finite that became infinite. */
export function losesDigits(value: number, source: string): boolean {
  const digits = source.replace(/^\+/, '');
  if (/^(?:-?\d+|0x[\da-fA-F]+|0o[0-7]+)$/.test(digits)) return exactInteger(digits) === undefined;
  return !Number.isFinite(value) && /\d/.test(digits);
}

/** The list of plain values that a text spells as JSON, if it is one. */
export function listIn(text: string): ConfigValue | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const { value } = parseJson(text, undefined, { ...STRICT, dialect: 'mmengine' });
    return holdsMapping(value) ? undefined : value;
  } catch {
    // Then it is text.
    return undefined;
  }
}
