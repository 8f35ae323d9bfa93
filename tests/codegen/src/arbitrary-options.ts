import type { OptionSchema, OptionsSchema, OptionType } from '@incipit/registry';
import fc from 'fast-check';

/** What to put where an option holds the config of something from a registry, by the registry's name. */
export type NestedConfigs = (registry: string) => fc.Arbitrary<unknown>;

/** An option's values, where a schema cannot tell them. */
export type OptionValues = (option: string) => fc.Arbitrary<unknown> | undefined;

/** Options that fit a schema: the required ones, and any of the others. */
function arbitraryOptions(
  options: OptionsSchema,
  nested: NestedConfigs,
  known: OptionValues = () => undefined,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const values = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, known(name) ?? arbitraryValue(option, nested)]),
  );
  return fc.record(values, { requiredKeys: Object.keys(options).filter((name) => options[name]?.required === true) });
}

/** The required options alone. */
export function requiredOptions(
  options: OptionsSchema,
  nested: NestedConfigs,
  known: OptionValues,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const required = Object.entries(options).filter(([, option]) => option.required === true);
  return arbitraryOptions(Object.fromEntries(required), nested, known);
}

/** The required options and at most one of the others: classes have rules on pairs of options. */
export function oneOptionAtATime(
  options: OptionsSchema,
  nested: NestedConfigs,
  known: OptionValues,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const required = Object.fromEntries(Object.entries(options).filter(([, option]) => option.required === true));
  const others = Object.entries(options).filter(([, option]) => option.required !== true);
  return fc.oneof(
    requiredOptions(options, nested, known),
    ...others.map(([name, option]) => {
      const one = { ...required, [name]: { ...option, required: true } };
      return arbitraryOptions(one, nested, known);
    }),
  );
}

/** A value that an option of this type takes, as JSON has it. */
export function arbitraryValue(type: OptionType, nested: NestedConfigs): fc.Arbitrary<unknown> {
  const value = bareValue(type, nested);
  return type.nullable === true ? fc.oneof(value, fc.constant(null)) : value;
}

function bareValue(type: OptionType, nested: NestedConfigs): fc.Arbitrary<unknown> {
  switch (type.type) {
    case 'integer':
      return fc.integer({ min: type.minimum ?? -20, max: type.maximum ?? (type.minimum ?? 0) + 20 });
    case 'number':
      return number(type);
    case 'boolean':
      return fc.boolean();
    case 'string':
      if (type.pattern !== undefined) return fc.stringMatching(new RegExp(type.pattern, 'u'), { maxLength: 12 });
      return fc.string({ minLength: type.minLength ?? 0, maxLength: type.maxLength ?? 12 });
    case 'enum':
      return enumeration(type);
    case 'array': {
      const item = type.items === undefined ? fc.jsonValue() : arbitraryValue(type.items, nested);
      return fc.array(item, { minLength: type.minItems ?? 0, maxLength: type.maxItems ?? (type.minItems ?? 0) + 3 });
    }
    case 'tuple':
      return fc.tuple(...type.items.map((item) => arbitraryValue(item, nested)));
    case 'object':
      return mapping(type, nested);
    case 'union':
      return fc.oneof(...type.of.map((part) => classNamed(part, type.of) ?? arbitraryValue(part, nested)));
    case 'config':
      return nested(type.registry);
    case 'any':
      return fc.jsonValue();
    default:
      return type satisfies never;
  }
}

/** `{ className }` beside a list of names: of the classes that these name. */
function classNamed(part: OptionType, beside: readonly OptionType[]): fc.Arbitrary<unknown> | undefined {
  if (part.type !== 'object' || part.options?.['className'] === undefined) return undefined;
  const names = beside.flatMap((other) => (other.type === 'enum' ? other.values.map(String) : []));
  const pascal = (name: string): string =>
    name === 'l1l2' ? 'L1L2' : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  return fc.constantFrom(...names).map((name) => ({ className: pascal(name), config: {} }));
}

function number(type: Extract<OptionType, { type: 'number' | 'integer' }>): fc.Arbitrary<number> {
  const low = type.exclusiveMinimum ?? type.minimum ?? -1e3;
  const high = type.exclusiveMaximum ?? type.maximum ?? Math.max(low, 0) + 1e3;
  return fc
    .double({
      min: low,
      max: high,
      minExcluded: type.exclusiveMinimum !== undefined,
      maxExcluded: type.exclusiveMaximum !== undefined,
      noNaN: true,
    })
    .map((value) => Math.fround(value) + 0)
    .filter(
      (value) =>
        (type.exclusiveMinimum === undefined || value > low) && (type.exclusiveMaximum === undefined || value < high),
    );
}

function enumeration(type: Extract<OptionType, { type: 'enum' }>): fc.Arbitrary<unknown> {
  const cased = type.values.map((value) => (typeof value === 'string' ? value.toUpperCase() : value));
  return fc.constantFrom(...type.values, ...(type.ignoreCase === true ? cased : []));
}

function mapping(type: Extract<OptionType, { type: 'object' }>, nested: NestedConfigs): fc.Arbitrary<unknown> {
  if (type.options !== undefined) return arbitraryOptions(type.options, nested);
  const value = type.values === undefined ? fc.jsonValue() : arbitraryValue(type.values, nested);
  return fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), value, { maxKeys: 3 });
}

/** Values outside the type of an option, of kinds that TypeScript sees too, and why. */
export function wrongValues(option: OptionSchema): readonly unknown[] {
  const candidates: readonly unknown[] = [3.5, 'no such word', true, { no_such_key: 1 }, [[{}]]];
  return candidates.filter((value) => !fits(option, value));
}

/** Whether a value fits, as the candidates above need it to be known. */
function fits(type: OptionType, value: unknown): boolean {
  switch (type.type) {
    case 'any':
      return true;
    case 'number':
    case 'integer':
      // 3.5 may be out of an integer's range for a checker of values, but is none for TypeScript.
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'enum':
      return type.values.includes(value as string);
    case 'array':
    case 'tuple':
      return Array.isArray(value);
    case 'object':
    case 'config':
      return typeof value === 'object' && (!Array.isArray(value) || (type.type === 'config' && type.lists === true));
    case 'union':
      return type.of.some((part) => fits(part, value));
    default:
      return type satisfies never;
  }
}
