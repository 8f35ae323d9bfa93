import {
  ConfigError,
  type ConfigOrigin,
  type ConfigPath,
  type OriginLookup,
  originAt,
  type Registry,
} from '@incipit/registry';
import { BUILT_IN_INITIALIZERS } from './built-in.js';
import type { Initializer } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';
import type { Rule, RuleOverride } from './rule.js';

/** Where the rules stand and what builds them. */
export interface BuildRulesOptions {
  /** Path of the module that holds the config; for messages. */
  readonly node?: string;
  /** Where the config was written, as a whole or part by part. Default: the key `init_cfg`. */
  readonly origin?: ConfigOrigin | OriginLookup;
  /** Default {@link WEIGHT_INITIALIZERS}. */
  readonly registry?: Registry<Initializer>;
}

/**
 * Builds the rules of an `init_cfg`: a mapping or a list of mappings, each with `type`, the options of that type, and
 * optionally `layer` and `override`. An instance of an initializer is taken as it is.
 *
 * An override with nothing but a `name` takes the rule's own type and options.
 *
 * @throws ConfigError `bad-init-cfg`, `bad-rule`, `bad-override`, `override-without-name`, `override-without-type`;
 * RegistryError and ConfigError as building says, for unknown types and wrong options.
 */
export function buildRules(cfg: unknown, options: BuildRulesOptions = {}): readonly Rule[] {
  const builder = new RuleReader(options);
  if (isMapping(cfg) || isInitializer(cfg)) return [builder.rule(cfg, 0, [])];
  if (Array.isArray(cfg)) return cfg.map((entry: unknown, index) => builder.rule(entry, index, [index]));
  throw builder.error([], {
    code: 'bad-init-cfg',
    what: `init_cfg must be a dict or a list of dict, but is ${show(cfg)}`,
    fix: "write { type: 'Kaiming', layer: 'Conv2d' }, or a list of such rules",
  });
}

type Mapping = Readonly<Record<string, unknown>>;

class RuleReader {
  readonly #options: BuildRulesOptions;
  readonly #registry: Registry<Initializer>;

  constructor(options: BuildRulesOptions) {
    this.#options = { ...options, origin: options.origin ?? { key: 'init_cfg' } };
    this.#registry = options.registry ?? WEIGHT_INITIALIZERS;
  }

  rule(entry: unknown, index: number, path: ConfigPath): Rule {
    const origin = this.#at(path);
    if (isInitializer(entry))
      return { ...withOrigin(origin), initializer: entry, layer: layersOf(entry), overrides: [], index };
    if (!isMapping(entry)) {
      throw this.error(path, { code: 'bad-rule', what: `a rule must be a dict, but is ${show(entry)}` });
    }
    const { override, ...own } = entry;
    const initializer = this.#build(own, path);
    const layer = this.#layers(own['layer'], [...path, 'layer']);
    const overrides = this.#overrides(override, own, [...path, 'override']);
    return { initializer, layer, overrides, index, ...withOrigin(origin) };
  }

  #overrides(override: unknown, own: Mapping, path: ConfigPath): readonly RuleOverride[] {
    if (override === undefined || override === null) return [];
    if (isMapping(override)) return [this.#override(override, own, path)];
    if (Array.isArray(override)) {
      return override.map((entry: unknown, index) => this.#override(entry, own, [...path, index]));
    }
    throw this.#badOverride(override, path);
  }

  #override(entry: unknown, own: Mapping, path: ConfigPath): RuleOverride {
    if (!isMapping(entry)) throw this.#badOverride(entry, path);
    const { name, ...rest } = entry;
    if (typeof name !== 'string') {
      throw this.error(path, {
        code: name === undefined || name === null ? 'override-without-name' : 'bad-option',
        what: `override must contain the key "name", but is ${show(entry)}`,
        fix: 'write the name of the child that the override is for',
      });
    }
    const bare = Object.keys(rest).length === 0;
    if (!bare && !('type' in rest)) {
      throw this.error(path, {
        code: 'override-without-type',
        what: `override need "type" key, but is ${show(entry)}`,
        fix: 'name a type, or leave everything but "name" out to take the options of the rule',
      });
    }
    const { layer: _layer, ...inherited } = own;
    return { name, initializer: this.#build(bare ? inherited : rest, path), ...withOrigin(this.#at(path)) };
  }

  #badOverride(got: unknown, path: ConfigPath): ConfigError {
    return this.error(path, {
      code: 'bad-override',
      what: `override must be a dict or a list of dict, but is ${show(got)}`,
    });
  }

  #build(cfg: Mapping, path: ConfigPath): Initializer {
    const { origin } = this.#options;
    const here = typeof origin === 'function' ? (inner: ConfigPath) => origin([...path, ...inner]) : this.#at(path);
    return this.#registry.build(cfg, { origin: here });
  }

  #layers(layer: unknown, path: ConfigPath): readonly string[] {
    if (layer === undefined || layer === null) return [];
    if (typeof layer === 'string') return [layer];
    if (Array.isArray(layer) && layer.every((name) => typeof name === 'string')) return layer;
    throw this.error(path, {
      code: 'bad-option',
      what: `layer must be a str or a list of str, but is ${show(layer)}`,
    });
  }

  #at(path: ConfigPath): ConfigOrigin | undefined {
    return originAt(this.#options.origin, path);
  }

  error(
    path: ConfigPath,
    details: { readonly code: string; readonly what: string; readonly fix?: string },
  ): ConfigError {
    const { node } = this.#options;
    return new ConfigError({
      ...details,
      ...withOrigin(this.#at(path)),
      ...(node === undefined || node === '' ? {} : { path: node }),
    });
  }
}

function withOrigin(origin: ConfigOrigin | undefined): { readonly origin?: ConfigOrigin } {
  return origin === undefined ? {} : { origin };
}

/** Plain data only: instances and tuples are no mappings. */
function isMapping(value: unknown): value is Mapping {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Asking the built-in classes also keeps them, and their registration, in a bundle. */
function isInitializer(value: unknown): value is Initializer {
  if (BUILT_IN_INITIALIZERS.some((type) => value instanceof type)) return true;
  if (typeof value !== 'object' || value === null || isMapping(value)) return false;
  const { scope } = value as Partial<Initializer>;
  return scope === 'module' || scope === 'tree';
}

function layersOf(initializer: Initializer): readonly string[] {
  const { layer } = initializer as { readonly layer?: unknown };
  return Array.isArray(layer) ? layer.filter((name) => typeof name === 'string') : [];
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  return JSON.stringify(value) ?? String(value);
}
