import { ConfigError, type ConfigOrigin, IncipitError, type Problem, RegistryError } from '../errors.js';
import { showValue } from '../schema/mapping.js';
import type { RegistryValue } from './container.js';
import { nearestNames } from './did-you-mean.js';
import { kindOfValue } from './entry-kind.js';
import { describeNames } from './lookup-errors.js';
import { outerOrigins, partOrigin, placeOf } from './node-origin.js';
import { type BuildContext, displayName, type RegistryView } from './registry-entry.js';
import { lineage } from './scope.js';

type Mapping = Readonly<Record<string, unknown>>;

/** What a constructor or function threw, with the name of the entry and the place of its node. */
export function constructorError(
  target: { readonly name: string; readonly value: RegistryValue<unknown> },
  cause: unknown,
  node: Mapping,
  context: BuildContext,
): IncipitError {
  const valueName = displayName(target.value);
  const called = valueName === target.name ? '' : ` (${kindOfValue(target.value)} ${valueName})`;
  const failed = `Building '${target.name}'${called} failed`;
  if (cause instanceof IncipitError) {
    const outer = outerOrigins(cause, node, context);
    const origin = outer(cause.origin) ?? cause.origin ?? partOrigin(context, []);
    const problems = cause.problems.map((problem): Problem => {
      const place = outer(problem.origin);
      return place === undefined ? problem : { ...problem, origin: place };
    });
    return reworded(cause, `${failed}: ${cause.what}`, { origin, problems });
  }
  return new RegistryError({
    code: 'constructor-failed',
    what: shortened(`${failed}: ${cause instanceof Error ? cause.message : showValue(cause)}`),
    ...placeOf(context, []),
    cause,
  });
}

/** A registry's error that does not say where the node stands, with that said. */
export function placedError(error: unknown, context: BuildContext): unknown {
  if (!(error instanceof RegistryError) || error.origin !== undefined) return error;
  const { code, what, expected, fix, cause } = error;
  return new RegistryError({
    code,
    what,
    ...(expected === undefined ? {} : { expected }),
    ...(fix === undefined ? {} : { fix }),
    ...placeOf(context, []),
    cause,
  });
}

/** Our own errors keep the code that callers act on, and the origin of the innermost node, which is the nearest. */
function reworded(
  cause: IncipitError,
  what: string,
  { origin, problems }: { readonly origin: ConfigOrigin | undefined; readonly problems: readonly Problem[] },
): ConfigError {
  const { code, path, expected, fix } = cause;
  return new ConfigError({
    code,
    what: shortened(what),
    ...(path === undefined ? {} : { path }),
    ...(origin === undefined ? {} : { origin }),
    ...(expected === undefined ? {} : { expected }),
    ...(fix === undefined ? {} : { fix }),
    problems,
    cause,
  });
}

/** Thousands of nodes inside each other would make a message of megabytes, once for each of them. */
function shortened(text: string): string {
  return text.length <= 2000 ? text : `${text.slice(0, 500)} … ${text.slice(-1400)}`;
}

/** The name of what should be a registry. */
export function nameOf(registry: RegistryView<unknown>): string {
  return registry?.name ?? showValue(registry);
}

function expectedNames(registry: RegistryView<unknown>): string {
  return `the name of an entry of the registry '${registry.name}' (${describeNames(lineage(registry))})`;
}

/** The refusal of a `type`, or what else the key is called, that is neither a name nor something to build. */
export function badTypeError(
  key: string,
  node: Mapping,
  context: BuildContext,
  registry: RegistryView<unknown>,
): RegistryError {
  return new RegistryError({
    code: 'bad-type',
    what: `A type must be a string, a class or a function, but '${key}' is ${showValue(node[key])}`,
    expected: expectedNames(registry),
    ...placeOf(context, [key]),
  });
}

/** The refusal of a node without `type`. */
export function missingTypeError(node: Mapping, context: BuildContext, registry: RegistryView<unknown>): RegistryError {
  const [near] = nearestNames('type', Object.keys(node), 1);
  return new RegistryError({
    code: 'missing-type',
    what: `A config node has no 'type': it is ${showValue(node)}`,
    ...(typeof registry?.keys === 'function' ? { expected: `'type' with ${expectedNames(registry)}` } : {}),
    ...(near === undefined ? {} : { fix: `write 'type' instead of '${near}'` }),
    ...placeOf(context, []),
  });
}
