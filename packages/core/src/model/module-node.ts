import type { Law } from '../ir/law.js';
import type { ParameterSpec } from '../ir/parameter.js';
import type { PlanWarning } from '../ir/plan.js';

/** One module of a model: what rules match and what owns parameters. */
export interface ModuleNode {
  /** Dotted path; `''` is the root. */
  readonly path: string;
  /** Names that a rule's `layer` may use: the class first, then its bases and the adapter's aliases. */
  readonly types: readonly string[];
  /**
   * The module's own parameters and buffers, in the framework's order. A tied parameter is listed by each module that
   * holds it, under its first path, with the other paths in its `aliases`.
   */
  readonly parameters: readonly ParameterSpec[];
  readonly children: readonly ModuleNode[];
  /** Names that exist on the module and hold nothing (`bias: false`): an override of them is not an error. */
  readonly absent?: readonly string[];
  /** Odd things that the adapter saw in this module; the plan repeats them among its own warnings. */
  readonly warnings?: readonly PlanWarning[];
  /** The module's own rules, unbuilt. */
  readonly initCfg?: unknown;
  /** True when an earlier run initialised this module; its `initCfg` is then skipped. */
  readonly isInit?: boolean;
  /** A wrapper such as `DataParallel`: checkpoints know its child's parameters without that child's segment. */
  readonly wrapper?: boolean;
  /** A user's override of `initWeights`; absent where the default order applies. */
  readonly initWeights?: (scope: InitScope) => void;
}

/** What a user's `initWeights` may do. It asks for writes; nothing is written while it runs. */
export interface InitScope {
  /** The default: the module's own rules, then its children, then its `Pretrained` rules. */
  initWeights(): void;
  /** Asks for a law for one parameter below this module, by relative path. Throws `PlanError` when there is none. */
  set(path: string, law: Law): void;
}
