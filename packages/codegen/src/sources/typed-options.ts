import type { OptionSchema } from '@incipit/registry';
import type { ts } from './typescript.js';

/** Where a type is used: what problems name. */
export interface Place {
  /** The registration that it is for. */
  readonly node: ts.Node;
  /** `MyInit`. */
  readonly owner: string;
  /** `padding.left`. */
  readonly key: string;
}

/** Options by name, and which of them are left to whoever builds. */
export interface TypedOptions {
  readonly options: Readonly<Record<string, OptionSchema>>;
  readonly configOnly: readonly string[];
  /** Where each is declared. */
  readonly nodes: ReadonlyMap<string, ts.Node>;
}
