import type {
  NumberType,
  ObjectType,
  OptionSchema,
  OptionsSchema,
  OptionType,
  StringType,
  UnionType,
} from './entry.js';
import { isMapping } from './mapping.js';
import { testOf } from './option-test.js';
import type { ConfigPath } from './origin.js';

/** Why a value does not fit: the wrong type (`bad-option`), or one that is out of range (`bad-value`). */
export interface ValueFault {
  readonly code: 'missing-option' | 'unknown-option' | 'bad-option' | 'bad-value';
  readonly path: ConfigPath;
  readonly value?: unknown;
  readonly expected?: string;
  /** Option names known at that place. */
  readonly known: readonly string[];
}

/** Every reason why options do not fit a schema: first what is missing, then what is unknown, then what is wrong. */
export function findFaults(
  schema: OptionsSchema,
  options: Readonly<Record<string, unknown>>,
  path: ConfigPath,
): ValueFault[] {
  const known = Object.keys(schema);
  const given = Object.keys(options).filter((name) => options[name] !== undefined);
  const missing = known.filter((name) => schema[name]?.required === true && !given.includes(name));
  const unknown = given.filter((name) => !Object.hasOwn(schema, name));
  return [
    ...missing.map((name): ValueFault => {
      const expected = describeType(schema[name] as OptionSchema);
      return { code: 'missing-option', path: [...path, name], expected, known };
    }),
    ...unknown.map((name): ValueFault => {
      return { code: 'unknown-option', path: [...path, name], value: options[name], known };
    }),
    ...given.flatMap((name) =>
      Object.hasOwn(schema, name) ? explain(schema[name] as OptionSchema, options[name], [...path, name]) : [],
    ),
  ];
}

/** The faults of one value, those of the parts of an array or a mapping one by one. */
function explain(type: OptionType, value: unknown, path: ConfigPath): ValueFault[] {
  if (testOf(type)(value)) return [];
  const fault = (code: 'bad-option' | 'bad-value'): ValueFault[] => {
    return [{ code, path, value, expected: describeType(type), known: [] }];
  };
  if (type.type === 'union') {
    const near = closestAlternative(type, value);
    return near === undefined ? fault('bad-option') : explain(near, value, path);
  }
  if (!sameKind(type, value)) return fault('bad-option');
  if (type.type === 'array' && Array.isArray(value)) {
    const { items } = type;
    const inner = items === undefined ? [] : value.flatMap((item, index) => explain(items, item, [...path, index]));
    return inner.length > 0 ? inner : fault('bad-value');
  }
  if (type.type === 'tuple' && Array.isArray(value) && value.length === type.items.length) {
    return type.items.flatMap((item, index) => explain(item, value[index], [...path, index]));
  }
  if (type.type === 'object' && isMapping(value)) {
    const inner = faultsOfMapping(type, value, path);
    if (inner.length > 0) return inner;
  }
  return fault('bad-value');
}

function faultsOfMapping(
  { options = {}, values }: ObjectType,
  value: Readonly<Record<string, unknown>>,
  path: ConfigPath,
): ValueFault[] {
  if (values === undefined) return findFaults(options, value, path);
  const isNamed = ([name]: readonly [string, unknown]): boolean => Object.hasOwn(options, name);
  const entries = Object.entries(value);
  return [
    ...findFaults(options, Object.fromEntries(entries.filter(isNamed)), path),
    ...entries.filter((entry) => !isNamed(entry)).flatMap(([name, item]) => explain(values, item, [...path, name])),
  ];
}

/** The one alternative that a value of this kind can have meant. */
function closestAlternative(type: UnionType, value: unknown): OptionType | undefined {
  const near = type.of.filter((alternative) => sameKind(alternative, value));
  return near.length === 1 ? near[0] : undefined;
}

/** Whether the value is of the right kind, whatever its range or parts. */
function sameKind(type: OptionType, value: unknown): boolean {
  switch (type.type) {
    case 'any':
      return true;
    case 'number':
    case 'integer':
      return isNumberOf(type, value);
    case 'array':
    case 'tuple':
      return Array.isArray(value);
    case 'object':
      return isMapping(value);
    case 'config':
      return typeof value === 'object' && value !== null && (type.lists === true || !Array.isArray(value));
    case 'enum':
      return type.values.some((known) => typeof known === typeof value);
    case 'union':
      return type.of.some((alternative) => sameKind(alternative, value));
    default:
      return typeof value === type.type;
  }
}

function isNumberOf(type: NumberType, value: unknown): boolean {
  return type.type === 'integer' ? Number.isInteger(value) : typeof value === 'number' && !Number.isNaN(value);
}

/** `a number above 0 and at most 1, or null`. */
export function describeType(type: OptionType): string {
  const name = describeBare(type);
  return type.nullable === true && type.type !== 'any' ? `${name}, or null` : name;
}

function describeBare(type: OptionType): string {
  switch (type.type) {
    case 'number':
      return `a number${describeRange(type)}`;
    case 'integer':
      return `an integer${describeRange(type)}`;
    case 'boolean':
      return 'true or false';
    case 'string':
      return describeString(type);
    case 'array':
      return `a list${describeLength(type.minItems, type.maxItems)}${type.items === undefined ? '' : `, each item ${describeType(type.items)}`}`;
    case 'tuple':
      return `a list of ${type.items.length} items: ${type.items.map(describeType).join('; ')}`;
    case 'object':
      return describeMapping(type);
    case 'config':
      return `a config of the registry '${type.registry}': a mapping with a key 'type'${type.lists === true ? ', or a list of them' : ''}`;
    case 'enum':
      return `one of ${type.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'union':
      return type.of.map(describeType).join(' or ');
    case 'any':
      return 'any value';
    default:
      return type satisfies never;
  }
}

function describeString({ minLength = 0, maxLength, pattern }: StringType): string {
  const length = maxLength === undefined ? '' : ` of at most ${maxLength} characters`;
  const form = pattern === undefined ? '' : ` that matches /${pattern}/`;
  const least = minLength > 1 ? ` of at least ${minLength} characters` : minLength === 1 ? ' that is not empty' : '';
  return `a string${length}${least}${form}`;
}

function describeMapping({ options, values }: ObjectType): string {
  const names = options === undefined ? '' : ` with ${Object.keys(options).join(', ')}`;
  return `a mapping${names}${values === undefined ? '' : `, each value ${describeType(values)}`}`;
}

function describeRange(type: NumberType): string {
  const limits = [
    type.minimum === undefined ? '' : `at least ${type.minimum}`,
    type.exclusiveMinimum === undefined ? '' : `above ${type.exclusiveMinimum}`,
    type.maximum === undefined ? '' : `at most ${type.maximum}`,
    type.exclusiveMaximum === undefined ? '' : `below ${type.exclusiveMaximum}`,
  ].filter((limit) => limit !== '');
  return limits.length === 0 ? '' : ` ${limits.join(' and ')}`;
}

function describeLength(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && least === most) return ` of ${least} items`;
  const limits = [least === undefined ? '' : `at least ${least}`, most === undefined ? '' : `at most ${most}`];
  const text = limits.filter((limit) => limit !== '').join(' and ');
  return text === '' ? '' : ` of ${text} items`;
}
