import type { JsonValue, OptionType } from '@incipit/registry';

/** A tag of an option's TSDoc, and what it says. */
export interface OptionTag {
  readonly name: string;
  readonly text: string;
}

type Kind = OptionType['type'];

const NUMBERS: readonly Kind[] = ['number', 'integer'];

/** Tags that limit a value, and the kinds of values that they are for. */
const LIMITS: Readonly<Record<string, readonly Kind[]>> = {
  minimum: NUMBERS,
  maximum: NUMBERS,
  exclusiveMinimum: NUMBERS,
  exclusiveMaximum: NUMBERS,
  integer: NUMBERS,
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  minItems: ['array'],
  maxItems: ['array'],
};

/** A type with the limits that tags put on it. `report` hears of tags that do not fit it. */
export function withTags(type: OptionType, tags: readonly OptionTag[], report: (what: string) => void): OptionType {
  let limited = type;
  for (const tag of tags) {
    const kinds = Object.hasOwn(LIMITS, tag.name) ? LIMITS[tag.name] : undefined;
    if (kinds === undefined) continue;
    const value = limitValue(tag);
    if (value === undefined) {
      report(
        `@${tag.name} says '${tag.text}', which is no ${tag.name === 'pattern' ? 'regular expression' : 'number'}`,
      );
      continue;
    }
    const changed = limit(limited, kinds, tag.name, value);
    if (changed === undefined) report(`@${tag.name} is for ${kinds[0]}s, and this option takes none`);
    else limited = changed;
  }
  return limited;
}

function limitValue({ name, text }: OptionTag): number | string | true | undefined {
  if (name === 'integer') return true;
  if (name === 'pattern') return patternOf(text.replace(/^`(.*)`$/, '$1').replace(/^\/(.*)\/$/, '$1'));
  const value = Number(text.split(/\s/)[0]);
  return text === '' || Number.isNaN(value) ? undefined : value;
}

function patternOf(source: string): string | undefined {
  try {
    return new RegExp(source, 'u').source;
  } catch {
    // What is no pattern is reported by whoever asked.
    return undefined;
  }
}

/** The type with a limit on its parts of some kinds; undefined where it has none. Numbers in lists count. */
function limit(
  type: OptionType,
  kinds: readonly Kind[],
  name: string,
  value: number | string | true,
): OptionType | undefined {
  if (kinds.includes(type.type)) {
    return name === 'integer'
      ? ({ ...type, type: 'integer' } as OptionType)
      : ({ ...type, [name]: value } as OptionType);
  }
  if (type.type === 'union') {
    const parts = type.of.map((part) => limit(part, kinds, name, value));
    if (parts.every((part) => part === undefined)) return undefined;
    return { ...type, of: parts.map((part, i) => part ?? (type.of[i] as OptionType)) };
  }
  if (type.type === 'array' && type.items !== undefined) {
    const items = limit(type.items, kinds, name, value);
    return items === undefined ? undefined : { ...type, items };
  }
  if (type.type === 'tuple') {
    const items = type.items.map((item) => limit(item, kinds, name, value));
    if (items.every((item) => item === undefined)) return undefined;
    return { ...type, items: items.map((item, i) => item ?? (type.items[i] as OptionType)) };
  }
  return undefined;
}

/** What `@default` says: JSON, a string in single quotes, or a bare word where a string would do. */
export function defaultOf(text: string, type: OptionType): { readonly value: JsonValue } | undefined {
  const plain = text.replace(/^`(.*)`$/s, '$1').trim();
  const quoted = /^'([^'\\]*)'$/.exec(plain);
  if (quoted !== null) return { value: quoted[1] ?? '' };
  if (/^-?Infinity$/.test(plain)) return { value: Number(plain) };
  try {
    return { value: JSON.parse(plain) as JsonValue };
  } catch {
    // A bare word is no JSON.
    return takesText(type, plain) ? { value: plain } : undefined;
  }
}

function takesText(type: OptionType, text: string): boolean {
  if (type.type === 'string' || type.type === 'any') return true;
  if (type.type === 'enum') return type.values.includes(text);
  return type.type === 'union' && type.of.some((part) => takesText(part, text));
}
