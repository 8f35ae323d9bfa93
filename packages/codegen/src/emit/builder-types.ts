import { type CatalogView, compare } from '../catalog/catalog-view.js';
import { propertyKey } from './names.js';
import type { RegistryTypes } from './registry-types.js';
import { nestedConfigs } from './type-text.js';

/**
 * The types that builders are written with. Configs inside a config are held to their registry by a look-up of their
 * `type`: a search through the union of all configs would cost the compiler seconds for a model of a few layers. So
 * would types that distribute over such a union (`Given extends …`, `[Key in keyof Given]`), since the compiler meets
 * the union itself as the type that it expects of an argument, and would intersect each config with each.
 */
export function builderTypes(view: CatalogView, types: RegistryTypes): string {
  const nested = nestedOptions(view, types);
  const inner =
    nested.length === 0
      ? 'unknown'
      : 'Key extends keyof Nested\n      ? Strictly<Nested[Key], Given[Key]>\n      : unknown';
  return [
    EXACTLY.replace('INNER', inner),
    ...(nested.length === 0 ? [] : [nestedText(nested), STRICTLY, ...(nested.some(isNamed) ? [NAMED] : [])]),
    BUILT,
  ].join('\n');
}

const EXACTLY = `/** Options of a config: all but its \`type\`. */
type OptionsOf<Config> = Omit<Config, 'type'>;

/** What was given; a key that is no option, here or in a config inside, must not be there. */
type Exactly<Options, Given> = Given & Checked<Options, Given>;

type Checked<Options, Given> = {
  readonly [Key in StringKey<Given>]?: Key extends keyof Options
    ? INNER
    : NoOption<Key>;
};

/** What a key that is no option would have to be. */
interface NoOption<Key> {
  readonly noOption: Key;
}

type StringKey<Given> = Extract<keyof Given, string>;
`;

const STRICTLY = `/** Configs inside what was given, each held to the options of its \`type\`. */
type Strictly<Configs, Given> = [Given] extends [readonly unknown[]]
  ? { readonly [Index in keyof Given]: Strictly<Configs, Given[Index]> }
  : [Given] extends [{ readonly type: infer Type extends keyof Configs }]
    ? Checked<Configs[Type], Given>
    : [Given] extends [object]
      ? '' extends keyof Configs
        ? Checked<Configs[''], Given>
        : { readonly [Key in StringKey<Given>]?: Strictly<Configs, Given[Key]> }
      : unknown;
`;

const NAMED = `/** Configs that also say for which part they are, and those that say no more than that. */
type Named<Configs> = {
  readonly [Type in keyof Configs | '']: (Type extends keyof Configs ? Configs[Type] : unknown) & { readonly name: string };
};
`;

const BUILT = `/** The config that a builder makes: just what was given, and its \`type\`. */
type Built<Type extends string, Given> = {
  readonly [Key in keyof Given | 'type']: Key extends keyof Given ? Given[Key] : Type;
};

/** Makes configs of a type that has options which must be there. */
type Builder<Type extends string, Config> = <const Given extends OptionsOf<Config>>(
  options: Exactly<OptionsOf<Config>, Given>,
) => Built<Type, Given>;

/** Makes configs of a type whose options may all be left out. */
interface OptionalBuilder<Type extends string, Config> {
  (): Built<Type, {}>;
  <const Given extends OptionsOf<Config>>(options: Exactly<OptionsOf<Config>, Given>): Built<Type, Given>;
}

function builder(type: string) {
  return (options?: object): unknown => ({ type, ...options });
}
`;

type NestedOption = readonly [option: string, configs: readonly string[]];

/** Options that hold configs, by their names, in whichever entry, and the registries that those are of. */
function nestedOptions(view: CatalogView, types: RegistryTypes): readonly NestedOption[] {
  const found = new Map<string, Set<string>>();
  const options = view.registries.flatMap((registry) => [
    ...Object.entries(registry.nodeOptions ?? {}),
    ...registry.entries.flatMap((entry) => Object.entries(entry.options ?? {})),
  ]);
  for (const [name, option] of options) {
    for (const { registry, named } of nestedConfigs(option)) {
      const configs = types.configs(registry);
      if (configs === undefined) continue;
      found.set(name, (found.get(name) ?? new Set()).add(named === true ? `Named<${configs}>` : configs));
    }
  }
  return [...found]
    .map(([name, configs]) => [name, [...configs].sort(compare)] as const)
    .sort(([a], [b]) => compare(a, b));
}

function nestedText(nested: readonly NestedOption[]): string {
  const members = nested.map(([name, configs]) => `  readonly ${propertyKey(name)}: ${configs.join(' & ')};\n`);
  return `/** Options that hold configs, by name, and the configs that they may hold, by \`type\`. */\ninterface Nested {\n${members.join('')}}\n`;
}

function isNamed([, configs]: NestedOption): boolean {
  return configs.some((name) => name.startsWith('Named<'));
}
