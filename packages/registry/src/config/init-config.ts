import { ConfigError, type ConfigOrigin } from '../errors.js';
import { isMapping, showValue } from '../schema/mapping.js';
import type { ConfigPath, OriginLookup } from '../schema/origin.js';
import type { LoadedConfig } from './loaded-config.js';

/** The key that holds the rules of a config whose root is a mapping. */
const RULES_KEY = 'init_cfg';

/** One rule of a config, not built yet. */
export interface ConfigRule {
  /** The rule as written: `{ type: 'Kaiming', layer: 'Conv2d', … }`. */
  readonly cfg: Readonly<Record<string, unknown>>;
  /** Position among the rules. */
  readonly index: number;
  /** Where the rule was written. */
  readonly origin: ConfigOrigin;
  /** Where a part of the rule was written, by its path inside the rule: what `registry.build` takes as `origin`. */
  readonly originOf: OriginLookup;
}

/**
 * The rules of a config: its root is a list of rules, or a mapping whose `init_cfg` is one rule or a list of them.
 *
 * @throws ConfigError `no-rules` when the root is something else, `bad-rule` when a rule is no mapping.
 */
export function readRules(loaded: LoadedConfig<unknown>): readonly ConfigRule[] {
  return findRules(loaded).map(({ cfg, path }, index) => {
    const origin = loaded.origin(path);
    if (!isMapping(cfg)) {
      const what = `Rule ${index} is ${showValue(cfg)}`;
      throw new ConfigError({ code: 'bad-rule', what, expected: "a mapping with a key 'type'", origin });
    }
    return { cfg, index, origin, originOf: (inner) => loaded.origin([...path, ...inner]) };
  });
}

interface FoundRule {
  readonly cfg: unknown;
  readonly path: ConfigPath;
}

function findRules(loaded: LoadedConfig<unknown>): readonly FoundRule[] {
  const root = loaded.value;
  if (Array.isArray(root)) return eachOf(root, []);
  if (!isMapping(root)) throw noRules(`The config is ${root === null ? 'empty' : showValue(root)}`, loaded.origin([]));
  if (!Object.hasOwn(root, RULES_KEY)) {
    const what = `The config has no key '${RULES_KEY}': it is ${showValue(root)}`;
    const fix = Object.hasOwn(root, 'type') ? `put the rule under '${RULES_KEY}:', or into a list` : undefined;
    throw noRules(what, loaded.origin([]), fix);
  }
  const rules = root[RULES_KEY];
  if (Array.isArray(rules)) return eachOf(rules, [RULES_KEY]);
  if (isMapping(rules)) return [{ cfg: rules, path: [RULES_KEY] }];
  throw noRules(`'${RULES_KEY}' is ${showValue(rules)}`, loaded.origin([RULES_KEY]));
}

function eachOf(rules: readonly unknown[], path: ConfigPath): readonly FoundRule[] {
  return rules.map((cfg, index) => ({ cfg, path: [...path, index] }));
}

function noRules(what: string, origin: ConfigOrigin, fix?: string): ConfigError {
  return new ConfigError({
    code: 'no-rules',
    what,
    expected: `a list of rules, or a mapping whose '${RULES_KEY}' is one rule or a list of rules`,
    ...(fix === undefined ? {} : { fix }),
    origin,
  });
}
