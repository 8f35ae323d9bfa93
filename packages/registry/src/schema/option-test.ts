import type {
  ArrayType,
  ConfigType,
  EnumType,
  NumberType,
  ObjectType,
  OptionsSchema,
  OptionType,
  StringType,
} from './entry.js';
import { isMapping } from './mapping.js';

/** Whether a value fits. Made once per type, since building asks it for every option of every node. */
export type ValueTest = (value: unknown) => boolean;

/** Whether options fit a schema. */
export type OptionsTest = (options: Readonly<Record<string, unknown>>) => boolean;

/** The test of a type. It is the one truth of what a type accepts; the reasons for a no are worked out afterwards. */
export function testOf(type: OptionType): ValueTest {
  const test = bareTestOf(type);
  return type.nullable === true ? (value) => value === null || test(value) : test;
}

/** Tests already made: schemas are constants of their classes, and checked again at every construction. */
const MADE = new WeakMap<OptionsSchema, OptionsTest>();

/** The test of a schema: what is required is there, all that is there is known and fits. `undefined` is absent. */
export function testOfOptions(schema: OptionsSchema): OptionsTest {
  const made = MADE.get(schema) ?? makeOptionsTest(schema);
  MADE.set(schema, made);
  return made;
}

function makeOptionsTest(schema: OptionsSchema): OptionsTest {
  const known = Object.entries(schema).map(([name, option]) => {
    // A name that every object inherits, like `constructor`, is there only when it is its own.
    return { name, inherited: name in Object.prototype, required: option.required === true, test: testOf(option) };
  });
  return (options) => {
    let present = 0;
    for (const { name, inherited, required, test } of known) {
      const value = inherited && !Object.hasOwn(options, name) ? undefined : options[name];
      if (value === undefined) {
        if (required) return false;
      } else {
        if (!test(value)) return false;
        present += 1;
      }
    }
    const names = Object.keys(options);
    return names.length === present || names.filter((name) => options[name] !== undefined).length === present;
  };
}

function bareTestOf(type: OptionType): ValueTest {
  switch (type.type) {
    case 'any':
      return () => true;
    case 'number':
    case 'integer':
      return numberTest(type);
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'string':
      return stringTest(type);
    case 'enum':
      return enumTest(type);
    case 'union': {
      const tests = type.of.map(testOf);
      return (value) => tests.some((test) => test(value));
    }
    case 'array':
      return arrayTest(type);
    case 'tuple': {
      const tests = type.items.map(testOf);
      return (value) =>
        Array.isArray(value) && value.length === tests.length && tests.every((test, index) => test(value[index]));
    }
    case 'object':
      return objectTest(type);
    case 'config':
      return configTest(type);
    default:
      throw new TypeError(`Unknown option type ${JSON.stringify(type satisfies never)}`);
  }
}

function stringTest({ minLength = 0, maxLength = Infinity, pattern }: StringType): ValueTest {
  if (minLength === 0 && maxLength === Infinity && pattern === undefined) return (value) => typeof value === 'string';
  const form = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  return (value) =>
    typeof value === 'string' &&
    value.length >= minLength &&
    value.length <= maxLength &&
    (form === undefined || form.test(value));
}

function enumTest(type: EnumType): ValueTest {
  const values: ReadonlySet<unknown> = new Set(type.ignoreCase === true ? type.values.map(lowerCase) : type.values);
  return type.ignoreCase === true ? (value) => values.has(lowerCase(value)) : (value) => values.has(value);
}

function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function objectTest({ options, values }: ObjectType): ValueTest {
  if (values === undefined) {
    const test = options === undefined ? () => true : testOfOptions(options);
    return (value) => isMapping(value) && test(value);
  }
  const known = options ?? {};
  const [test, testRest] = [testOfOptions(known), testOf(values)];
  return (value) => {
    if (!isMapping(value)) return false;
    const names = Object.keys(value);
    const named = Object.fromEntries(
      names.filter((name) => Object.hasOwn(known, name)).map((name) => [name, value[name]]),
    );
    return test(named) && names.every((name) => Object.hasOwn(known, name) || testRest(value[name]));
  };
}

/** What was built already is no plain mapping; whether the registry can use it is for who builds to say. */
function configTest({ lists = false }: ConfigType): ValueTest {
  const isConfig: ValueTest = (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && (!isMapping(value) || isTyped(value));
  // A list may hold lists in turn.
  const test: ValueTest = (value) => (lists && Array.isArray(value) ? value.every(test) : isConfig(value));
  return test;
}

/** Whether a mapping says what is to be made of it: by name, or by a class or function. */
export function isTyped(value: Readonly<Record<string, unknown>>): boolean {
  return typeof value['type'] === 'string' || typeof value['type'] === 'function';
}

function numberTest(type: NumberType): ValueTest {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum } = type;
  const whole = type.type === 'integer';
  if (exclusiveMinimum === undefined && exclusiveMaximum === undefined) {
    if (whole)
      return (value) => typeof value === 'number' && value >= minimum && value <= maximum && Number.isInteger(value);
    // Not so for NaN.
    return (value) => typeof value === 'number' && value >= minimum && value <= maximum;
  }
  return (value) =>
    typeof value === 'number' &&
    // Not so for NaN either.
    value >= minimum &&
    value <= maximum &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum) &&
    (!whole || Number.isInteger(value));
}

function arrayTest(type: ArrayType): ValueTest {
  const { minItems = 0, maxItems = Infinity, items } = type;
  const test = items === undefined ? undefined : testOf(items);
  return (value) =>
    Array.isArray(value) &&
    value.length >= minItems &&
    value.length <= maxItems &&
    (test === undefined || value.every(test));
}
