import type { ConfigOrigin } from '@incipit/registry';
import type { ConfigPath, LoadedConfig } from '@incipit/registry/config';
// Not from the config room's face: that would load the readers of all formats with every program.
import { readRules } from '@incipit/registry/rules';
import type { InitConfigs } from '../generated/configs.js';
import { buildRules } from '../initializers/build-rules.js';
import type { Initializer } from '../initializers/initializer.js';
import type { Rule } from '../initializers/rule.js';

/**
 * One rule as data, in mmengine's words: `{ type: 'Kaiming', layer: 'Conv2d' }`. Its types are those of the registered
 * initializers, Incipit's own and those for which `incipit codegen` wrote types; for a class in place of the name any
 * options go.
 */
export type RuleConfig = InitConfigs[keyof InitConfigs] | ClassRuleConfig;

/** A rule with an initializer's class instead of its name. */
export interface ClassRuleConfig {
  readonly type: new (options: never) => Initializer;
  /** Class name or names of the modules that the rule is for. */
  readonly layer?: string | readonly string[] | null;
  /** Rules for named children. */
  readonly override?: unknown;
  readonly [option: string]: unknown;
}

/** What says how each parameter starts, as data: a rule, a list of rules, or a mapping with `init_cfg`. */
export type InitConfig = RuleConfig | readonly RuleConfig[] | { readonly init_cfg: RuleConfig | readonly RuleConfig[] };

/**
 * An {@link InitConfig} whose rules all name a registered type: beside classes with any options, a compiler would tell of
 * a mistake in a name or an option as if a class had been meant.
 */
export type NamedInitConfig =
  | NamedRule
  | readonly NamedRule[]
  | { readonly init_cfg: NamedRule | readonly NamedRule[] };

type NamedRule = InitConfigs[keyof InitConfigs];

/** A config, or what was made of one: a loaded file, built initializers. */
export type InitSource = InitConfig | Initializer | readonly (RuleConfig | Initializer)[] | LoadedConfig<unknown>;

/**
 * A config with a rule of which TypeScript knows no more than that its `type` is some string, such as an imported JSON
 * file: what it says is checked when the rules are built. Rules beside it with a `type` that is known are held to that.
 */
export type DataConfig<Given> = Given extends { readonly init_cfg: infer Rules }
  ? { readonly init_cfg: DataRules<Rules> }
  : DataRules<Given>;

type DataRules<Given> = Given extends readonly (infer Rule)[]
  ? true extends IsData<Rule>
    ? { readonly [Index in keyof Given]: DataRule<Given[Index]> }
    : never
  : true extends IsData<Given>
    ? Given
    : never;

type IsData<Rule> = Rule extends { readonly type: infer Type } ? (string extends Type ? true : false) : false;

type DataRule<Rule> = Rule extends { readonly type: infer Type }
  ? string extends Type
    ? Rule
    : Type extends keyof InitConfigs
      ? InitConfigs[Type] & { readonly [Key in Exclude<keyof Rule, keyof InitConfigs[Type]>]?: never }
      : RuleConfig
  : never;

/**
 * Builds the rules of a config; those of a file keep their file, key and line.
 *
 * @throws ConfigError and RegistryError, as `buildRules` says.
 */
export function rulesOf(config: InitSource): readonly Rule[] {
  if (isLoaded(config)) {
    const rules = readRules(config);
    const origin = ([index, ...inner]: ConfigPath): ConfigOrigin =>
      rules[Number(index)]?.originOf(inner) ?? config.origin([]);
    return buildRules(
      rules.map((rule) => rule.cfg),
      { origin },
    );
  }
  return buildRules(hasInitCfg(config) ? config.init_cfg : config);
}

function isLoaded(config: InitSource): config is LoadedConfig<unknown> {
  return typeof config === 'object' && config !== null && 'origin' in config && typeof config.origin === 'function';
}

function hasInitCfg(config: InitSource): config is { readonly init_cfg: RuleConfig | readonly RuleConfig[] } {
  return typeof config === 'object' && config !== null && 'init_cfg' in config && !('type' in config);
}
