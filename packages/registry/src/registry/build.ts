import { ConfigError, type ConfigOrigin, IncipitError, RegistryError } from '../errors.js';
import type { OptionsSchema } from '../schema/entry.js';
import { isMapping, showValue } from '../schema/mapping.js';
import { type OptionsTest, testOfOptions } from '../schema/option-test.js';
import { originAt } from '../schema/origin.js';
import { refuseOptions } from './check-options.js';
import {
  type EntryFactory,
  type RegistryClass,
  resolveClass,
  resolveFactory,
  type ServiceContainer,
} from './container.js';
import { nearestNames } from './did-you-mean.js';
import { describeNames } from './lookup-errors.js';
import {
  type BuildContext,
  displayName,
  isClass,
  type RegistryEntry,
  type RegistryView,
  staticsOf,
} from './registry-entry.js';
import { lineage } from './scope.js';

/** A config node: what to build, and its options beside it. */
export interface ConfigNode<C = string | RegistryClass<unknown>> {
  /** Registered name, `scope.Name`, or a class. */
  readonly type: C;
  readonly [option: string]: unknown;
}

/** Turns a config node into an instance; a registry without one takes its parent's. */
export type BuildFunction<T> = (cfg: unknown, context: BuildContext, registry: RegistryView<T>) => T;

/**
 * Builds a config node: looks its `type` up, checks the other keys against the entry's schema, and calls the
 * constructor with them as one object.
 *
 * `cfg` itself is not changed and not handed out; the values in it are.
 *
 * @throws ConfigError `bad-config` when `cfg` is no mapping; options as {@link refuseOptions} says.
 * @throws RegistryError `missing-type`, `bad-type`, `unknown-type`, `missing-service`; `constructor-failed` with what
 * the constructor threw as `cause` (an IncipitError keeps its code: the error is then a ConfigError).
 */
export function buildFromConfig<T>(cfg: unknown, context: BuildContext, registry: RegistryView<T>): T {
  if (!isMapping(cfg)) {
    throw new ConfigError({
      code: 'bad-config',
      what: `A config node of the registry '${registry.name}' is ${showValue(cfg)}`,
      expected: "a mapping with a key 'type'",
      ...placeOf(context, []),
    });
  }
  const { type, ...options } = cfg;
  const target = findTarget(type, cfg, context, registry);
  const { name, schema } = target;
  if (schema !== undefined && target.accepts?.(options) !== true) {
    refuseOptions(schema, options, { type: name, origin: context.origin });
  }
  const factory = target.factory ?? resolveFactory(target.container, name);
  try {
    return factory(options);
  } catch (cause) {
    throw constructorError(target, cause, context);
  }
}

/** What a node's `type` leads to. */
interface Target<T> {
  readonly name: string;
  readonly class: RegistryClass<T>;
  readonly schema: OptionsSchema | undefined;
  readonly accepts: OptionsTest | undefined;
  readonly container: ServiceContainer;
  /** Where there is none, the container has one bound to the name. */
  readonly factory: EntryFactory<T> | undefined;
}

function findTarget<T>(
  type: unknown,
  cfg: Readonly<Record<string, unknown>>,
  context: BuildContext,
  registry: RegistryView<T>,
): Target<T> {
  if (typeof type === 'string') {
    // The origin is worked out for a miss only.
    return targetOf(registry.entry(type) ?? registry.require(type, originAt(context.origin, ['type'])));
  }
  if (!isClass(type)) throw typeError(type, cfg, context, registry);
  const value = type as RegistryClass<T>;
  const entry = registry.entryOf(value);
  return entry === undefined ? unregisteredTarget(value, registry) : targetOf(entry);
}

function targetOf<T>(entry: RegistryEntry<T>): Target<T> {
  const { name, accepts, container } = entry;
  return { name, class: entry.class, schema: entry.schema.options, accepts, container, factory: undefined };
}

/** A class needs no registration to be built; that it makes what the registry holds is the caller's word. */
function unregisteredTarget<T>(value: RegistryClass<T>, registry: RegistryView<T>): Target<T> {
  const { options: schema, inject = [] } = staticsOf(value);
  const { container } = registry;
  const accepts = schema === undefined ? undefined : testOfOptions(schema);
  const factory = resolveClass(container, value, inject);
  return { name: displayName(value), class: value, schema, accepts, container, factory };
}

function constructorError(target: Target<unknown>, cause: unknown, context: BuildContext): IncipitError {
  const className = displayName(target.class);
  const called = className === target.name ? '' : ` (class ${className})`;
  const place = placeOf(context, []);
  const failed = `Building '${target.name}'${called} failed`;
  if (cause instanceof IncipitError) return reworded(cause, `${failed}: ${cause.what}`, place);
  const what = `${failed}: ${cause instanceof Error ? cause.message : showValue(cause)}`;
  return new RegistryError({ code: 'constructor-failed', what, ...place, cause });
}

/** Our own errors keep the code that callers act on, and the origin of the innermost node, which is the nearest. */
function reworded(cause: IncipitError, what: string, place: { readonly origin?: ConfigOrigin }): ConfigError {
  const { code, problems, path, origin, expected, fix } = cause;
  return new ConfigError({
    code,
    what,
    ...place,
    ...(path === undefined ? {} : { path }),
    ...(origin === undefined ? {} : { origin }),
    ...(expected === undefined ? {} : { expected }),
    ...(fix === undefined ? {} : { fix }),
    problems,
    cause,
  });
}

function typeError<T>(
  type: unknown,
  cfg: Readonly<Record<string, unknown>>,
  context: BuildContext,
  registry: RegistryView<T>,
): RegistryError {
  const expected = `the name of an entry of the registry '${registry.name}' (${describeNames(lineage(registry))})`;
  if (type !== undefined) {
    const what = `'type' is ${showValue(type)}`;
    return new RegistryError({ code: 'bad-type', what, expected, ...placeOf(context, ['type']) });
  }
  const [near] = nearestNames('type', Object.keys(cfg), 1);
  return new RegistryError({
    code: 'missing-type',
    what: `A config node has no 'type': it is ${showValue(cfg)}`,
    expected: `'type' with ${expected}`,
    ...(near === undefined ? {} : { fix: `write 'type' instead of '${near}'` }),
    ...placeOf(context, []),
  });
}

function placeOf(context: BuildContext, path: readonly string[]): { readonly origin?: ConfigOrigin } {
  const origin = originAt(context.origin, path);
  return origin === undefined ? {} : { origin };
}
