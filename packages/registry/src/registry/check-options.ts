import { ConfigError, type ConfigOrigin, type Problem } from '../errors.js';
import type { OptionsSchema } from '../schema/entry.js';
import { shorten, showValue } from '../schema/mapping.js';
import { knownOptions } from '../schema/node-reader.js';
import { testOfOptions } from '../schema/option-test.js';
import { formatKey, type OriginLookup, originAt } from '../schema/origin.js';
import { findFaults, type ValueFault } from '../schema/value-type.js';
import type { RegistryValue } from './container.js';
import { asQuestion, nearestNames } from './did-you-mean.js';
import { declaredOptions } from './registration.js';

/** Whose options are checked, and where they were written. */
export interface OptionsOwner {
  /** Name of the entry, for messages: `Kaiming`. */
  readonly type: string;
  readonly origin?: ConfigOrigin | OriginLookup | undefined;
}

/**
 * Refuses options that do not fit a schema. An option whose value is `undefined` counts as absent.
 *
 * @throws ConfigError with everything that is wrong in `problems`; its `code` is that of the first:
 * `missing-option`, `unknown-option`, `bad-option` (wrong type; `NaN` is no number), `bad-value` (right type, but out
 * of range or not among the values).
 * @example checkOptions({ std: { type: 'number' } }, { sdt: 1 }, { type: 'Normal' }) // throws: did you mean 'std'?
 */
export function checkOptions(
  schema: OptionsSchema,
  options: Readonly<Record<string, unknown>>,
  owner: OptionsOwner,
): void {
  if (!testOfOptions(schema)(options)) refuseOptions(schema, options, owner);
}

/**
 * Refuses options that a class does not take, by what it declares or inherits. What a class inherits need not be all
 * that it takes: where it has a constructor of its own, options that its base does not know are left to it.
 *
 * @throws as {@link checkOptions}.
 */
export function checkClassOptions(
  value: RegistryValue<unknown>,
  options: Readonly<Record<string, unknown>>,
  owner: OptionsOwner,
): void {
  const { options: schema, open } = declaredOptions(value);
  if (schema !== undefined) checkOptions(schema, open ? knownOptions(schema, options) : options, owner);
}

/** Throws what {@link checkOptions} says, for options that a test has refused. */
export function refuseOptions(
  schema: OptionsSchema,
  options: Readonly<Record<string, unknown>>,
  owner: OptionsOwner,
): void {
  const problems = findFaults(schema, options, []).map((fault) => toProblem(fault, owner));
  const [first] = problems;
  if (first === undefined) return;
  if (problems.length === 1) {
    const { subject: _subject, ...details } = first;
    throw new ConfigError({ ...details, problems });
  }
  const origin = originAt(owner.origin, []);
  throw new ConfigError({
    code: first.code,
    what: `${problems.length} options of '${owner.type}' are wrong`,
    ...(origin === undefined ? {} : { origin }),
    problems,
  });
}

function toProblem(fault: ValueFault, owner: OptionsOwner): Problem {
  const subject = formatKey(fault.path);
  const origin = originAt(owner.origin, fault.path);
  const place = origin === undefined ? {} : { origin };
  const expected = fault.expected === undefined ? {} : { expected: fault.expected };
  const base = { code: fault.code, subject, ...place, ...expected };
  const shown = shorten(subject);
  switch (fault.code) {
    case 'missing-option':
      return { ...base, what: `'${owner.type}' needs the option '${shown}', which is missing` };
    case 'unknown-option':
      return {
        ...base,
        what: `'${owner.type}' has no option '${shown}'${asQuestion(nearestNames(String(fault.path.at(-1)), fault.known))}`,
        expected: fault.known.length === 0 ? 'no options at all' : `one of ${fault.known.join(', ')}`,
      };
    default:
      return {
        ...base,
        what: `option '${shown}' of '${owner.type}' is ${showValue(fault.value)}`,
        ...adviceForValue(fault.value, fault.expected ?? ''),
      };
  }
}

/** What YAML reads as text although Python, or a number in quotes, was meant. */
const PYTHON_WORDS: ReadonlyMap<string, string> = new Map([
  ['None', 'null'],
  ['True', 'true'],
  ['False', 'false'],
]);

function adviceForValue(value: unknown, expected: string): { readonly fix?: string } {
  if (typeof value !== 'string') return {};
  const word = PYTHON_WORDS.get(value);
  if (word !== undefined) return { fix: `write ${word} instead of Python's ${value}` };
  const numeric = value.trim() !== '' && value.length < 64 && Number.isFinite(Number(value));
  return numeric && /number|integer/.test(expected) ? { fix: `write ${value.trim()} without quotes` } : {};
}
