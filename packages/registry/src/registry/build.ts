import { ConfigError, RegistryError } from '../errors.js';
import { isMapping, showValue } from '../schema/mapping.js';
import { knownOptions, nodeReaderOf, optionsOf } from '../schema/node-reader.js';
import type { LocatedValue } from '../schema/origin.js';
import { badTypeError, constructorError, missingTypeError, nameOf, placedError } from './build-errors.js';
import { refuseOptions } from './check-options.js';
import { type EntryFactory, type RegistryValue, resolveMaker } from './container.js';
import { kindOfValue } from './entry-kind.js';
import { lookupOf, partOrigin, placeOf, rememberNode } from './node-origin.js';
import { declaredOptions, schemaOf } from './registration.js';
import { type BuildContext, displayName, type RegistryEntry, type RegistryView, staticsOf } from './registry-entry.js';

/** A config node: what to build, and its options beside it. */
export interface ConfigNode<C = string | RegistryValue<unknown>> {
  /** Registered name, `scope.Name`, or a class or function. */
  readonly type: C;
  /** Default scope while this node is built, its inner nodes included: mmengine's `_scope_`. */
  readonly _scope_?: string | null;
  readonly [option: string]: unknown;
}

/** What can be handed to `build`: a node, a config that was loaded, and a list where the build function takes one. */
export type BuildInput = ConfigNode | Mapping | LocatedValue | readonly (ConfigNode | Mapping)[];

type Mapping = Readonly<Record<string, unknown>>;

/** Turns a config node into what it describes; a registry without one takes its parent's. */
export type BuildFunction<T> = (cfg: unknown, context: BuildContext, registry: RegistryView<T>) => T;

/**
 * Builds a config node: looks its `type` up, checks the other keys against the entry's schema, and constructs the class
 * or calls the function with them as one object.
 *
 * The name is looked up in the registry of the node's `_scope_`, else in that of the current default scope, else in
 * this one. `cfg` itself is not changed and not handed out; the values in it are.
 *
 * @throws ConfigError `bad-config` when `cfg` is no mapping, `bad-default-args`, `bad-scope-name`; options as
 * {@link refuseOptions} says.
 * @throws RegistryError `missing-type`, `bad-type`, `bad-registry`, `unknown-type`, `locations-not-imported`,
 * `missing-service`; `constructor-failed` with what the constructor or function threw as `cause` (an IncipitError keeps
 * its code: the error is then a ConfigError).
 */
export function buildFromConfig<T>(cfg: unknown, context: BuildContext, registry: RegistryView<T>): T {
  try {
    const node = completeNode(cfg, context, registry);
    // Mostly there is no scope at all.
    if (node['_scope_'] === undefined && registry.defaultScope.current === undefined) {
      return buildNode(node, context, registry);
    }
    return inScopeOf(node, context, registry, buildNode);
  } catch (error) {
    throw rememberNode(error, cfg);
  }
}

/** What a node is built with: the node, with default arguments where it lacks them. */
function completeNode<T>(cfg: unknown, context: BuildContext, registry: RegistryView<T>): Mapping {
  if (!isMapping(cfg)) {
    throw new ConfigError({
      code: 'bad-config',
      what: `A cfg should be a dict, but for the registry '${nameOf(registry)}' it is ${showValue(cfg)}`,
      expected: "a mapping with a key 'type'",
      ...placeOf(context, []),
    });
  }
  const { defaultArgs, extra } = context;
  const node = defaultArgs === undefined || defaultArgs === null ? cfg : withDefaults(cfg, defaultArgs, context);
  if (node['type'] === undefined) throw missingTypeError(cfg, context, registry);
  if (typeof registry?.switchScopeAndRegistry !== 'function') {
    const what = `The registry must be one of this package, but is ${showValue(registry)}`;
    throw new RegistryError({ code: 'bad-registry', what, expected: 'a Registry' });
  }
  if (extra !== undefined) refuseExtra(extra, registry, context);
  return node;
}

/** Hands a node to a builder, in the registry of the scope that the node or the default scope names. */
export function inScopeOf<T>(
  node: Mapping,
  context: BuildContext,
  registry: RegistryView<T>,
  build: (node: Mapping, context: BuildContext, registry: RegistryView<T>) => T,
): T {
  const scope = node['_scope_'] ?? undefined;
  if (scope === undefined && registry.defaultScope.current === undefined) return build(node, context, registry);
  if (scope !== undefined && typeof scope !== 'string') {
    const what = `A scope_name should be a string, but '_scope_' is ${showValue(scope)}`;
    const expected = 'the scope of a registry';
    throw new ConfigError({ code: 'bad-scope-name', what, expected, ...placeOf(context, ['_scope_']) });
  }
  return registry.switchScopeAndRegistry(scope, (home) => build(node, context, home));
}

/** A node, with default arguments where it lacks them. */
export function withDefaults(node: Mapping, defaults: unknown, context: BuildContext): Mapping {
  if (!isMapping(defaults)) {
    throw new ConfigError({
      code: 'bad-default-args',
      what: `'defaultArgs' (default_args) is ${showValue(defaults)}`,
      expected: 'a mapping',
      ...placeOf(context, []),
    });
  }
  const missing = Object.entries(defaults).filter(([name]) => !Object.hasOwn(node, name) || node[name] === undefined);
  return { ...node, ...Object.fromEntries(missing) };
}

/** Refuses what only a build function of one's own could use. */
export function refuseExtra(extra: unknown, registry: RegistryView<unknown>, context: BuildContext): never {
  throw new RegistryError({
    code: 'bad-extra',
    what: `The build function of the registry '${registry.name}' takes nothing extra, but got ${showValue(extra)}`,
    ...placeOf(context, []),
  });
}

/** Builds a complete node in just this registry. */
function buildNode<T>(node: Mapping, context: BuildContext, registry: RegistryView<T>): T {
  const target = findTarget(node, context, registry);
  const options = target.readNode(node) ?? checkedOptions(target, node, context);
  const factory = factoryOf(target, context);
  try {
    return factory(options);
  } catch (cause) {
    throw constructorError(target, cause, node, context);
  }
}

function factoryOf<T>(target: Target<T>, context: BuildContext): EntryFactory<T> {
  try {
    return target.factory();
  } catch (error) {
    throw placedError(error, context);
  }
}

function checkedOptions<T>({ name, schema }: Target<T>, node: Mapping, context: BuildContext): Mapping {
  const options = optionsOf(node);
  if (schema.options !== undefined) {
    const checked = schema.open === true ? knownOptions(schema.options, options) : options;
    refuseOptions(schema.options, checked, { type: name, origin: lookupOf(context) });
  }
  return options;
}

/** What a node's `type` leads to: an entry, or what is like one. */
type Target<T> = Pick<RegistryEntry<T>, 'name' | 'value' | 'schema' | 'readNode' | 'factory'>;

function findTarget<T>(node: Mapping, context: BuildContext, registry: RegistryView<T>): Target<T> {
  const { type } = node;
  if (typeof type === 'string') {
    // The origin is worked out for a miss only.
    return registry.entry(type) ?? registry.require(type, partOrigin(context, ['type']));
  }
  if (typeof type !== 'function') throw badTypeError('type', node, context, registry);
  const value = type as RegistryValue<T>;
  const entry = registry.entryOf(value);
  return entry ?? unregisteredTarget(value, registry);
}

/** A class needs no registration to be built; that it makes what the registry holds is the caller's word. */
function unregisteredTarget<T>(value: RegistryValue<T>, registry: RegistryView<T>): Target<T> {
  const { inject = [] } = staticsOf(value);
  const schema = schemaOf(undefined, declaredOptions(value));
  const { container } = registry;
  const name = displayName(value);
  const factory = (): EntryFactory<T> => resolveMaker(container, { value, kind: kindOfValue(value), inject }, name);
  return { name, value, schema, readNode: nodeReaderOf(schema), factory };
}
