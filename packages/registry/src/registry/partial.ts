import type { OptionsSchema } from '../schema/entry.js';
import { type BuiltBy, makerOf, type RegistryValue } from './container.js';
import { kindOfValue } from './entry-kind.js';
import { type RegisteredStatics, staticsOf } from './registry-entry.js';

/** A function to register: Python's `functools.partial`. It has no name, so that one must be given. */
export type PartialEntry<T> = ((options?: Readonly<Record<string, unknown>>, ...services: readonly unknown[]) => T) &
  RegisteredStatics;

/**
 * A class or function with some of its options given. Options of a config node win over them.
 *
 * @example MODELS.add('SmallNet', partial(Net, { depth: 3 }));
 */
export function partial<V extends RegistryValue<unknown>>(
  value: V,
  preset: Readonly<Record<string, unknown>>,
): PartialEntry<BuiltBy<V>> {
  const { options, inject } = staticsOf(value);
  const make = makerOf<BuiltBy<V>>(value as RegistryValue<BuiltBy<V>>, kindOfValue(value));
  const bound = (given: Readonly<Record<string, unknown>> = {}, ...services: readonly unknown[]): BuiltBy<V> =>
    make({ ...preset, ...given }, services);
  Object.defineProperty(bound, 'name', { value: '' });
  return Object.assign(bound, {
    ...(options === undefined ? {} : { options: withoutNeed(options, preset) }),
    ...(inject === undefined ? {} : { inject }),
  });
}

/** What is given already need not be given again. */
function withoutNeed(options: OptionsSchema, preset: object): OptionsSchema {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      Object.hasOwn(preset, name) ? { ...option, required: false } : option,
    ]),
  );
}
