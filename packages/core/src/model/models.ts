import { type BuildFunction, buildSequenceWith, type OptionsSchema, Registry, RegistryError } from '@incipit/registry';
import { BaseModule } from './base-module.js';
import { rememberOrigins } from './config-origins.js';
import { ModuleDict, ModuleList, Sequential } from './containers.js';
import { Module } from './module.js';

/** What every module takes; to be spread into the `options` of a class of one's own. */
export const MODULE_OPTIONS: OptionsSchema = {
  init_cfg: {
    type: 'union',
    of: [
      { type: 'config', registry: 'weight initializer' },
      { type: 'array', items: { type: 'config', registry: 'weight initializer' } },
    ],
    nullable: true,
    description: 'A rule or a list of rules for this module and what is below it.',
  },
};

const LIST_OPTIONS: OptionsSchema = {
  modules: {
    type: 'array',
    items: { type: 'config', registry: 'model', lists: true },
    default: [],
    description: 'Configs of modules, or modules, in order.',
  },
  ...MODULE_OPTIONS,
};

const DICT_OPTIONS: OptionsSchema = {
  modules: {
    type: 'object',
    values: { type: 'config', registry: 'model', lists: true },
    default: {},
    description: 'Configs of modules, or modules, by name.',
  },
  ...MODULE_OPTIONS,
};

interface ModuleConfig {
  readonly init_cfg?: unknown;
}

interface ListConfig extends ModuleConfig {
  readonly modules?: readonly unknown[];
}

interface DictConfig extends ModuleConfig {
  readonly modules?: Readonly<Record<string, unknown>>;
}

/** Containers by class: a config in code may name them so, and their constructors take no options. */
const CONTAINERS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [BaseModule, 'BaseModule'],
  [Sequential, 'Sequential'],
  [ModuleList, 'ModuleList'],
  [ModuleDict, 'ModuleDict'],
]);

const buildSequence: BuildFunction<object> = modelBuilder((parts) => new Sequential(parts.map(asModule)));

/**
 * How a registry below {@link MODELS} with containers of its own builds: a list becomes what `combine` makes of its
 * parts, and each `init_cfg` remembers where it was written.
 */
export function modelBuilder(combine: (parts: object[]) => object): BuildFunction<object> {
  const build = buildSequenceWith(combine);
  return (cfg, context, registry) => {
    if (typeof context.origin === 'function') rememberOrigins(cfg, context.origin);
    return build(cfg, context, registry);
  };
}

/**
 * Models by the name that a config calls them by; a list of configs is a {@link Sequential} of what they make, as with
 * mmengine's `build_model_from_cfg`. Plug-ins hang registries of their own below it, such as `tfjs`.
 *
 * `Sequential`, `ModuleList`, `ModuleDict` and `BaseModule` are here; a container's `modules` are configs or modules.
 * A class that has parts builds them itself, with `MODELS.build(options.backbone)`: errors still tell where in the
 * whole config the part was written.
 *
 * @example
 * @MODELS.register('Stem')
 * class Stem extends BaseModule {
 *   static override readonly className = 'Stem';
 *   static readonly options: OptionsSchema = { width: { type: 'integer', required: true }, ...MODULE_OPTIONS };
 *   constructor(options: { width: number; init_cfg?: unknown }) {
 *     super(options.init_cfg);
 *   }
 * }
 *
 * MODELS.build({ type: 'Sequential', modules: [{ type: 'Stem', width: 64 }], init_cfg: { type: 'Kaiming', layer: 'Stem' } });
 */
export const MODELS: Registry<object> = new Registry<object>('model', { scope: 'incipit', build: buildModelFromCfg });

MODELS.add('BaseModule', ({ init_cfg }: ModuleConfig) => new BaseModule(init_cfg), {
  options: MODULE_OPTIONS,
  description: 'A module with nothing in it.',
});
MODELS.add('Sequential', ({ modules, init_cfg }: ListConfig) => new Sequential(listOf(modules), init_cfg), {
  options: LIST_OPTIONS,
  description: 'Modules in a row.',
});
MODELS.add('ModuleList', ({ modules, init_cfg }: ListConfig) => new ModuleList(listOf(modules), init_cfg), {
  options: LIST_OPTIONS,
  description: 'A list of modules.',
});
MODELS.add('ModuleDict', ({ modules, init_cfg }: DictConfig) => new ModuleDict(dictOf(modules), init_cfg), {
  options: DICT_OPTIONS,
  description: 'Modules by name.',
});

function buildModelFromCfg(...[cfg, context, registry]: Parameters<BuildFunction<object>>): object {
  const type = typeof cfg === 'object' && cfg !== null && 'type' in cfg ? CONTAINERS.get(cfg.type) : undefined;
  return buildSequence(type === undefined ? cfg : { ...(cfg as object), type: `incipit.${type}` }, context, registry);
}

function listOf(modules: readonly unknown[] = []): readonly Module[] {
  return modules.map(moduleOf);
}

function dictOf(modules: Readonly<Record<string, unknown>> = {}): Iterable<readonly [string, Module]> {
  return Object.entries(modules).map(([name, part]) => [name, moduleOf(part)] as const);
}

function moduleOf(part: unknown): Module {
  return part instanceof Module ? part : asModule(MODELS.build(part as Readonly<Record<string, unknown>>));
}

function asModule(built: object): Module {
  if (built instanceof Module) return built;
  throw new RegistryError({
    code: 'not-a-module',
    what: 'a container of modules was given the config of something else, such as a layer of another framework',
    expected: "what extends Incipit's Module",
    fix: "use that framework's own container, for instance { type: 'tfjs.Sequential', layers: […] }",
  });
}
