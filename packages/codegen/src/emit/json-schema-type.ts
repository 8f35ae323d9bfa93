import type { OptionSchema, OptionType } from '@incipit/registry';

/** A schema of JSON Schema, draft-07. */
export type JsonSchema = true | { readonly [keyword: string]: unknown };

/** The schema of a registry's configs, by the registry's name and the form that is asked for. */
export type ConfigReference = (registry: string, form: 'node' | 'list' | 'override') => JsonSchema;

type Kind = 'number' | 'integer' | 'string' | 'boolean' | 'array' | 'object' | 'null';

/** A condition: an array of alternatives would tell of a mistake once for each. */
export function when(condition: JsonSchema, schema: JsonSchema, otherwise?: JsonSchema): Record<string, unknown> {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { if: condition, then: schema, ...(otherwise === undefined ? {} : { else: otherwise }) };
}

/** The schema of one option: its type, with what is said of it. */
export function optionSchema(option: OptionSchema, configs: ConfigReference): JsonSchema {
  const { description, default: fallback } = option;
  const said = {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
  const schema = typeSchema(option, configs);
  if (Object.keys(said).length === 0) return schema;
  // Draft-07 ignores what stands beside a reference.
  if (schema !== true && '$ref' in schema) return { ...said, allOf: [schema] };
  return { ...said, ...(schema === true ? {} : schema) };
}

export function typeSchema(type: OptionType, configs: ConfigReference): JsonSchema {
  const alternatives = flatten(type);
  const nullable = alternatives.some((part) => part.nullable === true);
  if (alternatives.some((part) => part.type === 'any')) return true;
  const groups = new Map<Kind, OptionType[]>();
  for (const part of alternatives) {
    for (const [kind, of] of splitByKind(part)) groups.set(kind, [...(groups.get(kind) ?? []), of]);
  }
  // Every whole number is a number.
  const whole = groups.get('integer');
  if (whole !== undefined && groups.has('number')) {
    groups.set('number', [...(groups.get('number') ?? []), ...whole]);
    groups.delete('integer');
  }
  if (nullable) groups.set('null', []);
  return combine(new Map([...groups].map(([kind, parts]) => [kind, kindSchema(kind, parts, configs)])));
}

/** The alternatives of unions in unions, side by side. */
function flatten(type: OptionType): readonly OptionType[] {
  if (type.type !== 'union') return [type];
  const parts = type.of.flatMap(flatten);
  return type.nullable === true ? parts.map((part) => ({ ...part, nullable: true })) : parts;
}

/** What an alternative takes of each kind of JSON value. */
function splitByKind(type: OptionType): readonly (readonly [Kind, OptionType])[] {
  switch (type.type) {
    case 'number':
    case 'integer':
    case 'string':
    case 'boolean':
    case 'array':
    case 'object':
      return [[type.type, type]];
    case 'tuple':
      return [['array', type]];
    case 'config':
      return type.lists === true
        ? [
            ['object', { ...type, lists: false }],
            ['array', type],
          ]
        : [['object', type]];
    case 'enum': {
      const kinds = ['string', 'number', 'boolean'] as const;
      return kinds.flatMap((kind) => {
        const values = type.values.filter((value) => typeof value === kind);
        return values.length === 0 ? [] : [[kind, { ...type, values }] as const];
      });
    }
    default:
      return [];
  }
}

/** What values of one kind must be; several alternatives of the kind are all tried. */
function kindSchema(
  kind: Kind,
  parts: readonly OptionType[],
  configs: ConfigReference,
): Readonly<Record<string, unknown>> {
  const values = parts.flatMap((part) => (part.type === 'enum' && part.ignoreCase !== true ? part.values : []));
  const enumerated = parts.every((part) => part.type === 'enum' && part.ignoreCase !== true);
  if (parts.length > 0 && enumerated) return { enum: [...new Set(values)] };
  const schemas = parts.map((part) => alternative(part, configs));
  const [only] = schemas;
  if (only === undefined || (kind === 'boolean' && schemas.length > 1)) return {};
  return schemas.length === 1 ? only : { anyOf: schemas };
}

function alternative(type: OptionType, configs: ConfigReference): Readonly<Record<string, unknown>> {
  switch (type.type) {
    case 'number':
    case 'integer':
      return pick(type, ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']);
    case 'string':
      return pick(type, ['minLength', 'maxLength', 'pattern']);
    case 'enum':
      return type.ignoreCase === true
        ? { pattern: anyCase(type.values.map(String)), examples: type.values }
        : { enum: type.values };
    case 'array':
      return {
        ...pick(type, ['minItems', 'maxItems']),
        ...(type.items === undefined ? {} : { items: typeSchema(type.items, configs) }),
      };
    case 'tuple': {
      const { length } = type.items;
      const items = type.items.map((item) => typeSchema(item, configs));
      return { minItems: length, maxItems: length, ...(length === 0 ? {} : { items, additionalItems: false }) };
    }
    case 'object':
      return objectSchema(type, configs);
    case 'config':
      return referenceOf(type, configs);
    default:
      return {};
  }
}

function referenceOf(
  type: Extract<OptionType, { type: 'config' }>,
  configs: ConfigReference,
): Readonly<Record<string, unknown>> {
  const schema = configs(type.registry, type.lists === true ? 'list' : type.named === true ? 'override' : 'node');
  return schema === true ? {} : schema;
}

function objectSchema(
  { options, values }: Extract<OptionType, { type: 'object' }>,
  configs: ConfigReference,
): Readonly<Record<string, unknown>> {
  const rest = values === undefined ? {} : { additionalProperties: typeSchema(values, configs) };
  return options === undefined ? rest : { ...optionsSchema(options, configs), ...rest };
}

/** `properties`, `required` and `additionalProperties` of options. */
export function optionsSchema(
  options: Readonly<Record<string, OptionSchema>>,
  configs: ConfigReference,
): Readonly<Record<string, unknown>> {
  const properties = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, optionSchema(option, configs)]),
  );
  const required = Object.keys(options).filter((name) => options[name]?.required === true);
  return { properties, ...(required.length === 0 ? {} : { required }), additionalProperties: false };
}

/**
 * One schema for several kinds of values. Where it can, one set of keywords, each of which applies to its own kind;
 * else a condition for each kind: so a mistake gives the one error of its kind.
 */
function combine(kinds: ReadonlyMap<Kind, Readonly<Record<string, unknown>>>): JsonSchema {
  const names = [...kinds.keys()];
  const type = names.length === 1 ? names[0] : names;
  const bound = [...kinds].filter(([, schema]) => Object.keys(schema).length > 0);
  const shared = new Set(['enum', 'anyOf', '$ref', 'allOf', 'examples']);
  const isOwn = ([, schema]: (typeof bound)[number]): boolean => Object.keys(schema).every((key) => !shared.has(key));
  const nullable = kinds.has('null');
  const [first] = bound;
  if (first !== undefined && bound.length === 1 && names.length - (nullable ? 1 : 0) === 1) {
    return onlyKind(first, nullable);
  }
  const own = bound.filter(isOwn);
  const conditions = bound.filter((entry) => !isOwn(entry)).map(([kind, schema]) => when({ type: kind }, schema));
  const [condition] = conditions;
  const keywords = Object.assign({}, ...own.map(([, schema]) => schema)) as Readonly<Record<string, unknown>>;
  if (condition === undefined) return { type, ...keywords };
  return conditions.length === 1 ? { type, ...keywords, ...condition } : { type, ...keywords, allOf: conditions };
}

/** A single kind, perhaps beside null. Values that are listed need no type: it would tell of a mistake a second time. */
function onlyKind([kind, schema]: readonly [Kind, Readonly<Record<string, unknown>>], nullable: boolean): JsonSchema {
  const values = schema['enum'];
  if (Array.isArray(values)) return { enum: nullable ? [...(values as readonly unknown[]), null] : values };
  if (!nullable) return '$ref' in schema ? schema : { type: kind, ...schema };
  const type = [kind, 'null'];
  const isShared = ['anyOf', '$ref'].some((key) => key in schema);
  return isShared ? { type, ...when({ type: kind }, schema) } : { type, ...schema };
}

/** `^(?:[Ff][Aa][Nn])$`: draft-07 has no flag that ignores case. */
function anyCase(words: readonly string[]): string {
  const patterns = words.map((word) =>
    [...word]
      .map((letter) => {
        const [lower, upper] = [letter.toLowerCase(), letter.toUpperCase()];
        return lower === upper ? letter.replace(/[.*+?^${}()|[\]\\/]/, '\\$&') : `[${upper}${lower}]`;
      })
      .join(''),
  );
  return `^(?:${patterns.join('|')})$`;
}

function pick(type: object, keys: readonly string[]): Readonly<Record<string, unknown>> {
  const known = type as Readonly<Record<string, unknown>>;
  return Object.fromEntries(keys.filter((key) => known[key] !== undefined).map((key) => [key, known[key]]));
}
