import type { ConfigOrigin } from '@incipit/registry';
import type { Initializer } from './initializer.js';

/** An initializer for one named child of the module that the rule stands on, whatever layers that child holds. */
export interface RuleOverride {
  /** Name of a direct child. */
  readonly name: string;
  readonly initializer: Initializer;
  readonly origin?: ConfigOrigin;
}

/** One entry of an `init_cfg`, built. */
export interface Rule {
  readonly initializer: Initializer;
  /** Type names, of which one must match; empty when the rule names none. */
  readonly layer: readonly string[];
  readonly overrides: readonly RuleOverride[];
  /** Position in its `init_cfg`. */
  readonly index: number;
  readonly origin?: ConfigOrigin;
}

/**
 * Turns a module's own `init_cfg` into rules.
 *
 * @param cfg as the module holds it, unchecked.
 * @param node path of that module.
 * @throws IncipitError for a config that is no rule.
 */
export type RuleBuilder = (cfg: unknown, node: string) => readonly Rule[];
