import type { JsonValue, OptionSchema, OptionType } from '@incipit/registry';
import { type TsSymbol, ts } from './ts-morph.js';

/** What a TSDoc comment says. */
export interface Docs {
  readonly text: string;
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

/** The comment of a symbol: the text before the tags as one paragraph a block, and the tags by name. */
export function docsOf(symbol: TsSymbol | undefined, checker: ts.TypeChecker): Docs {
  if (symbol === undefined) return { text: '', tags: new Map() };
  const tags = new Map<string, string[]>();
  for (const { name, text } of symbol.compilerSymbol.getJsDocTags(checker)) {
    tags.set(name, [...(tags.get(name) ?? []), ts.displayPartsToString(text).trim()]);
  }
  const text = ts.displayPartsToString(symbol.compilerSymbol.getDocumentationComment(checker));
  return { text: plainText(text), tags };
}

/** Links become what they name; lines that were broken for width are joined. */
function plainText(text: string): string {
  return text
    .replace(
      /\{@link\s+([^}|]+?)(?:\s*\|\s*([^}]+))?\}/g,
      (_, name: string, label: string | undefined) => label ?? name,
    )
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim().replace(/\s*\n\s*/g, ' '))
    .join('\n\n')
    .trim();
}

const NUMBERS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
];
const APPLIES: Readonly<Record<string, readonly OptionType['type'][]>> = {
  minimum: ['number', 'integer'],
  maximum: ['number', 'integer'],
  exclusiveMinimum: ['number', 'integer'],
  exclusiveMaximum: ['number', 'integer'],
  minLength: ['string'],
  maxLength: ['string'],
  minItems: ['array'],
  maxItems: ['array'],
};

/** A type with the ranges that tags give, where they apply: in unions and arrays to the parts of that kind. */
export function withRanges(type: OptionType, tags: Docs['tags']): OptionType {
  const numbers = NUMBERS.flatMap((name) => {
    const text = tags.get(name)?.[0];
    return text === undefined || text === '' || Number.isNaN(Number(text)) ? [] : [[name, Number(text)] as const];
  });
  const pattern = tags.get('pattern')?.[0];
  const apply = (part: OptionType): OptionType => {
    if (part.type === 'union') return { ...part, of: part.of.map(apply) };
    const fits = numbers.filter(([name]) => APPLIES[name]?.includes(part.type) === true);
    const ranged = { ...part, ...Object.fromEntries(fits) } as OptionType;
    if (ranged.type === 'array' && ranged.items !== undefined) {
      return { ...ranged, items: applyInside(ranged.items, apply) };
    }
    if (ranged.type === 'string' && pattern !== undefined) return { ...ranged, pattern };
    return ranged.type === 'number' && tags.has('integer') ? { ...ranged, type: 'integer' } : ranged;
  };
  return apply(type);
}

/** Numbers in a list have the range of the option; lengths are the outer list's. */
function applyInside(items: OptionType, apply: (part: OptionType) => OptionType): OptionType {
  return items.type === 'number' || items.type === 'integer' || items.type === 'string' ? apply(items) : items;
}

/** Text of `@default` as a value: JSON, a name in quotes of any kind, or the text itself. */
export function defaultOf(tags: Docs['tags']): Pick<OptionSchema, 'default'> {
  const text = (tags.get('default') ?? tags.get('defaultValue'))?.[0]?.replace(/^`+|`+$/g, '').trim();
  if (text === undefined || text === '' || text === 'undefined') return {};
  try {
    return { default: JSON.parse(text) as JsonValue };
  } catch {
    return { default: text.replace(/^'(.*)'$/s, '$1') };
  }
}
