import { RegistryError } from '../errors.js';
import type { EntrySchema, OptionsSchema } from '../schema/entry.js';
import { showValue } from '../schema/mapping.js';
import type { RegistryValue } from './container.js';
import { displayName, type RegisterOptions, staticsOf } from './registry-entry.js';

/** Names for an entry: the first is its own, the others are aliases. */
export type EntryNames = string | readonly string[];

/** @throws RegistryError `bad-name` for `@REGISTRY.register` without parentheses, which hands over the class. */
export function checkNoClass(names: unknown, registry: string): void {
  if (typeof names !== 'function') return;
  throw new RegistryError({
    code: 'bad-name',
    what: `A class or function was handed to 'register' of the registry '${registry}' in place of a name`,
    fix: "write @REGISTRY.register() with parentheses, or REGISTRY.register('Name', Class)",
  });
}

/** @throws RegistryError `bad-key` for what is no string. */
export function checkKey(key: unknown): void {
  if (typeof key === 'string') return;
  throw new RegistryError({
    code: 'bad-key',
    what: `A key must be a string, but is ${showValue(key)}`,
    expected: 'a name',
  });
}

/** The names as a list, each once. */
export function checkedNames(
  names: EntryNames | undefined,
  value: RegistryValue<unknown>,
  registry: string,
): readonly string[] {
  const list: readonly unknown[] = Array.isArray(names) ? names : [names];
  if (list.length === 0 || list.some((name) => typeof name !== 'string')) {
    const given = names === undefined ? 'no name' : showValue(list.find((name) => typeof name !== 'string') ?? names);
    throw new RegistryError({
      code: 'bad-name',
      what: `${displayName(value)} cannot be registered in the registry '${registry}' under ${given}`,
      expected: 'a name, or a list of names',
      fix: "give a name, REGISTRY.register('Name'), or the class a static className",
    });
  }
  return [...new Set(list as readonly string[])];
}

/** A scope stands before the first dot of a key, so it can hold none itself. */
export function checkedScope(scope: unknown, registry: string): string {
  if (typeof scope === 'string' && scope !== '' && !scope.includes('.')) return scope;
  throw new RegistryError({
    code: 'bad-scope',
    what: `The registry '${registry}' has the scope ${showValue(scope)}`,
    expected: 'a string that is not empty and holds no dot',
  });
}

/** @throws RegistryError `bad-class` for what can be neither constructed nor called. */
export function checkValue(value: unknown, registry: string): void {
  if (typeof value === 'function') return;
  throw new RegistryError({
    code: 'bad-class',
    what: `Cannot register ${showValue(value)} in the registry '${registry}'`,
    expected: 'a class or a function',
  });
}

/** @throws RegistryError `bad-force`. */
export function checkForce({ force }: RegisterOptions): void {
  if (force === undefined || typeof force === 'boolean') return;
  throw new RegistryError({ code: 'bad-force', what: `'force' is ${showValue(force)}`, expected: 'true or false' });
}

/**
 * The options that a class declares itself, or inherits from the class whose constructor it shares. One that has a
 * constructor of its own but declares nothing may take more than its base declares: its options are `open` then.
 */
export function declaredOptions(value: RegistryValue<unknown>): DeclaredOptions {
  const { options } = staticsOf(value);
  return { options, open: options !== undefined && !Object.hasOwn(value, 'options') && hasOwnConstructor(value) };
}

export interface DeclaredOptions {
  readonly options: OptionsSchema | undefined;
  /** Whether there may be others, which are then left to the constructor. */
  readonly open: boolean;
}

/**
 * Told by the source, which is the one place that knows: a class without the word calls its base's constructor with all
 * it was given. Minifiers cannot rename it. A word too many, in a text or a method, only leaves a check to the class.
 */
function hasOwnConstructor(value: RegistryValue<unknown>): boolean {
  return /\bconstructor\s*\(/.test(Function.prototype.toString.call(value));
}

/** What is known of an entry, from its registration. */
export function schemaOf(description: string | undefined, { options, open }: Partial<DeclaredOptions>): EntrySchema {
  return Object.freeze({
    ...(description === undefined ? {} : { description }),
    ...(options === undefined ? {} : { options }),
    ...(open === true ? { open } : {}),
  });
}
