import { ConfigError, RegistryError } from '../errors.js';
import { isMapping, showValue } from '../schema/mapping.js';
import { optionsOf } from '../schema/node-reader.js';
import { type ConfigPath, originAt } from '../schema/origin.js';
import { type BuildFunction, buildFromConfig, inScopeOf, refuseExtra, withDefaults } from './build.js';
import { badTypeError, missingTypeError } from './build-errors.js';
import type { RegistryValue } from './container.js';
import { partOrigin, placeOf } from './node-origin.js';
import type { BuildContext, RegistryView } from './registry-entry.js';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * A build function for which a list of nodes is a sequence of what they build: mmengine's `build_model_from_cfg`.
 *
 * @example new Registry<Layer>('models', { build: buildSequenceWith((layers) => new Sequential(layers)) })
 */
export function buildSequenceWith<T>(combine: (parts: T[]) => T): BuildFunction<T> {
  return (cfg, context, registry) => {
    if (!Array.isArray(cfg)) return buildFromConfig(cfg, context, registry);
    return combine(cfg.map((node: unknown, index) => buildFromConfig(node, contextOf(context, [index]), registry)));
  };
}

function contextOf(context: BuildContext, path: ConfigPath): BuildContext {
  const { origin } = context;
  if (origin === undefined) return context;
  return { ...context, origin: (inner) => originAt(origin, [...path, ...inner]) ?? {} };
}

/** A class that makes itself from a whole config. */
export interface FromConfig<T> {
  fromCfg(cfg: Mapping): T;
}

/**
 * mmengine's `build_runner_from_cfg`: the class under the key `runner_type` (default `Runner`) makes itself from the
 * whole config, by its static `fromCfg`.
 */
export function buildRunnerFromConfig<T>(cfg: unknown, context: BuildContext, registry: RegistryView<T>): T {
  checkNode(cfg, context, registry);
  const { extra, defaultArgs } = context;
  if (extra !== undefined || defaultArgs !== undefined) refuseExtra(extra ?? defaultArgs, registry, context);
  return inScopeOf(cfg, context, registry, (node, _context, home) => {
    const { _scope_, ...args } = node;
    const value = namedValue('runner_type', { runner_type: 'Runner', ...args }, context, home);
    return withMethod<FromConfig<T>>(value, 'fromCfg', context).fromCfg(args);
  });
}

/** A class that can be made for iterations from what is said of epochs. */
export interface FromEpochs<T> {
  buildIterFromEpoch(options: Mapping): T;
}

/**
 * mmengine's `build_scheduler_from_cfg`: with `convert_to_iter_based: true`, the class makes itself by its static
 * `buildIterFromEpoch`, for which `epoch_length` must be there and `by_epoch` not be false. Otherwise `epoch_length` is
 * left out, and the node is built like any other.
 */
export function buildSchedulerFromConfig<T>(cfg: unknown, context: BuildContext, registry: RegistryView<T>): T {
  checkNode(cfg, context, registry);
  const { defaultArgs, extra } = context;
  if (extra !== undefined) refuseExtra(extra, registry, context);
  const complete = withDefaults(cfg, defaultArgs ?? {}, context);
  const here = { origin: context.origin };
  return inScopeOf(complete, here, registry, (node, _context, home) => {
    const { convert_to_iter_based: converts, _scope_, ...args } = node;
    if (converts === undefined || converts === null || converts === false || converts === 0) {
      const { epoch_length: _length, ...rest } = args;
      return buildFromConfig(rest, here, home);
    }
    if (args['type'] === undefined) throw missingTypeError(cfg, context, home);
    if (args['epoch_length'] === undefined || (args['by_epoch'] ?? true) === false) {
      throw new ConfigError({
        code: 'not-epoch-based',
        what: `The scheduler ${showValue(args['type'])} cannot be converted to iterations`,
        expected: "'epoch_length', and a scheduler that is epoch-based ('by_epoch' is not false)",
        ...placeOf(context, []),
      });
    }
    const value = namedValue('type', args, context, home);
    return withMethod<FromEpochs<T>>(value, 'buildIterFromEpoch', context).buildIterFromEpoch(optionsOf(args));
  });
}

function checkNode(cfg: unknown, context: BuildContext, registry: RegistryView<unknown>): asserts cfg is Mapping {
  if (isMapping(cfg)) return;
  const what = `A cfg should be a dict, but for the registry '${registry.name}' it is ${showValue(cfg)}`;
  throw new ConfigError({ code: 'bad-config', what, expected: 'a mapping', ...placeOf(context, []) });
}

/** The class that a key of a node names, or is. */
function namedValue<T>(key: string, node: Mapping, context: BuildContext, registry: RegistryView<T>): RegistryValue<T> {
  const type = node[key];
  if (typeof type === 'string') return registry.require(type, partOrigin(context, [key])).value;
  if (typeof type === 'function') return type as RegistryValue<T>;
  throw badTypeError(key, node, context, registry);
}

function withMethod<M extends object>(value: unknown, method: string & keyof M, context: BuildContext): M {
  if (typeof (value as Partial<M>)[method] === 'function') return value as M;
  throw new RegistryError({
    code: 'missing-method',
    what: `${showValue(value)} has no static method '${method}'`,
    ...placeOf(context, []),
  });
}
