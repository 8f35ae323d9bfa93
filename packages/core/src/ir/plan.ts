import type { DrawOrder } from './draw-order.js';
import type { DType } from './dtype.js';
import type { Law } from './law.js';
import type { Provenance } from './provenance.js';
import type { Shape } from './shape.js';

/** One frozen write. */
export interface PlanStep {
  readonly path: string;
  readonly role: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Final numbers: rounded to float32, bounds inward; a kernel clamps to the bounds moved inward in `dtype`. */
  readonly law: Law;
  /** How the values that `law` speaks of lie in the parameter; absent when as they are drawn. */
  readonly order?: DrawOrder;
  /** Key of the random stream, 16 hexadecimal digits: high word, low word. */
  readonly key: string;
  readonly provenance: Provenance;
}

/** A parameter that keeps its value, and why. */
export interface UntouchedParameter {
  readonly path: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly reason: string;
}

/** Something worth telling that does not stop the run. */
export interface PlanWarning {
  /** Stable word, kebab-case: `unmatched-rule`, `zero-element`, `checkpoint-mismatch`. */
  readonly code: string;
  readonly message: string;
  readonly path?: string;
}

/**
 * The waist of Incipit: ordered frozen steps, at most one for each parameter, JSON-safe.
 *
 * A plan can be printed, compared, saved, cut into shards and executed elsewhere; it gives the same bits there.
 */
export interface Plan {
  readonly version: 1;
  /** Random generator, versioned. */
  readonly generator: 'exact-1';
  /** Decimal digits, in [0, 2^64). */
  readonly seed: string;
  readonly steps: readonly PlanStep[];
  readonly untouched: readonly UntouchedParameter[];
  readonly warnings: readonly PlanWarning[];
  /** Paths of the modules whose `initWeights` ran, children before parents. */
  readonly initialized: readonly string[];
  /** 64-bit hash of everything above, 16 hexadecimal digits. */
  readonly hash: string;
}
