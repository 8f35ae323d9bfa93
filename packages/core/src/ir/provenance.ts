import type { ConfigOrigin } from '@incipit/registry';
import type { JsonValue } from './json.js';
import type { Law } from './law.js';

/** Which rule of which module's `init_cfg` spoke. */
export interface RuleReference {
  /** Path of the module that holds the config; `''` is the root. */
  readonly node: string;
  /** Position in that module's list of rules. */
  readonly rule: number;
  /** Position in the rule's `override` list, or null for the rule itself. */
  readonly override: number | null;
}

/** One write that a rule, a checkpoint, a layer's own initialiser or a user's `initWeights` asked for. */
export interface Write {
  /** Order in which the writes were asked for, from 0. */
  readonly sequence: number;
  /** Registry name (`Kaiming`), or who else: `fallback`, `initWeights`. */
  readonly initializer: string;
  readonly options: JsonValue;
  /** The rule, or null for a fallback or a user's `initWeights`. */
  readonly rule: RuleReference | null;
  readonly origin?: ConfigOrigin;
  /** The law before its numbers were rounded to the stored dtype. */
  readonly law: Law;
  readonly fans?: { readonly fanIn: number; readonly fanOut: number };
  readonly gain?: number;
}

/** Who set a parameter and why; superseded writes are kept, oldest first, and not executed. */
export interface Provenance extends Write {
  /** The path that the key was derived from, where a mapping gave another than the parameter's own. */
  readonly keyPath?: string;
  readonly superseded: readonly Write[];
}
