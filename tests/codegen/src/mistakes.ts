import fc from 'fast-check';
import { requiredOptions, wrongValues } from './arbitrary-options.js';
import { dependentValue, nestedFor, optionsFor } from './nested-configs.js';
import type { Registered } from './registered.js';

/** Options with one mistake in them, and the key that it is at. */
export interface Mistake {
  readonly registered: Registered;
  readonly given: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly what: string;
}

/** Every single mistake of a kind that TypeScript sees too: a key too many, one too few, a value of another type. */
export function mistakesOf(registered: Registered): readonly Mistake[] {
  const { name, options: declared } = registered;
  const options = optionsFor(name, declared);
  const configs = requiredOptions(options, nestedFor(name), (option) => dependentValue(name, option));
  const [base = {}] = fc.sample(configs, { numRuns: 1, seed: 42 });
  const mistake = (key: string, what: string, given: Mistake['given']): Mistake => ({ registered, given, key, what });
  const missing = Object.keys(declared)
    .filter((key) => declared[key]?.required === true)
    .map((key) => {
      const { [key]: _, ...rest } = base;
      return mistake(key, `without ${key}`, rest);
    });
  const wrong = Object.entries(options).flatMap(([key, option]) =>
    wrongValues(option)
      .slice(0, 1)
      .map((value) => mistake(key, `${key} ${JSON.stringify(value)}`, { ...base, [key]: value })),
  );
  return [mistake('no_such_option', 'a key too many', { ...base, no_such_option: 1 }), ...missing, ...wrong];
}
