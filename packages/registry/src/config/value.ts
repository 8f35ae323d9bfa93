/**
 * What a config holds: JSON's values, and what Python has beside them. An integer beyond 2^53 is a `bigint`, `NaN` and
 * the infinities are numbers, a tuple is a frozen array that {@link isTuple} knows. A lazily imported object is the
 * mapping `{ $lazy: 'package.module.Name' }`.
 */
export type ConfigValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

/** A mapping of a config. Its keys are own properties; `__proto__` is never one of them. */
export type ConfigMapping = { readonly [key: string]: ConfigValue };

/** Shared between copies of the package, hence from the global symbol registry. */
const TUPLE: unique symbol = Symbol.for('incipit.tuple') as never;

/**
 * Makes a tuple: a frozen array which equals no list and which no merge enters.
 *
 * @example isTuple(tuple([1, 2])) // true
 */
export function tuple<V>(items: Iterable<V>): readonly V[] {
  const made = [...items];
  Object.defineProperty(made, TUPLE, { value: true });
  return Object.freeze(made);
}

/** Whether a value is a tuple of Python's and not a list. */
export function isTuple(value: unknown): boolean {
  return Array.isArray(value) && Object.hasOwn(value, TUPLE);
}
