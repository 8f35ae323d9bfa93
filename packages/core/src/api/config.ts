import type { ConfigOrigin } from '@incipit/registry';
import { type ConfigPath, type LoadedConfig, readRules } from '@incipit/registry/config';
import { buildRules } from '../initializers/build-rules.js';
import type { Initializer } from '../initializers/initializer.js';
import type { Rule } from '../initializers/rule.js';

/** One rule as data, in mmengine's words. */
export interface RuleConfig {
  /** Registered name, `scope.Name`, or a class: `Kaiming`. */
  readonly type: string | (new (options: never) => Initializer);
  /** Class name or names of the modules that the rule is for. */
  readonly layer?: string | readonly string[] | null;
  /** Rules for named children. */
  readonly override?: unknown;
  readonly [option: string]: unknown;
}

/** What says how each parameter starts: rules, a mapping with `init_cfg`, a loaded file, or built initializers. */
export type InitConfig =
  | RuleConfig
  | Initializer
  | readonly (RuleConfig | Initializer)[]
  | { readonly init_cfg: RuleConfig | readonly RuleConfig[] }
  | LoadedConfig<unknown>;

/**
 * Builds the rules of a config; those of a file keep their file, key and line.
 *
 * @throws ConfigError and RegistryError, as `buildRules` says.
 */
export function rulesOf(config: InitConfig): readonly Rule[] {
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

function isLoaded(config: InitConfig): config is LoadedConfig<unknown> {
  return typeof config === 'object' && config !== null && 'origin' in config && typeof config.origin === 'function';
}

function hasInitCfg(config: InitConfig): config is { readonly init_cfg: RuleConfig | readonly RuleConfig[] } {
  return typeof config === 'object' && config !== null && 'init_cfg' in config && !('type' in config);
}
