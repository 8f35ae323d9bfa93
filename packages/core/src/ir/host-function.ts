import type { DType } from './dtype.js';
import type { JsonValue } from './json.js';
import type { ElementLaw } from './law.js';
import type { Shape } from './shape.js';

/** Random values for a host function: each call draws from a stream of its own of the same parameter. */
export interface HostRandom {
  /** As many float32 values of the law as asked for. */
  draw(law: ElementLaw, count: number): Float32Array | Promise<Float32Array>;
}

/** The parameter that a host function fills. */
export interface HostParameter {
  readonly path: string;
  /** In logical order when the plan is made so. */
  readonly shape: Shape;
  /** What the values are rounded to afterwards. */
  readonly dtype: DType;
}

/**
 * Values from the user's own code, for laws that no kernel has.
 *
 * @param view one parameter, row-major, zero-filled; rounded to the parameter's dtype afterwards.
 * @param random the parameter's own streams; the same seed and path give the same values.
 * @param options what the plan holds for this parameter.
 */
export type HostFunction = (
  view: Float32Array,
  random: HostRandom,
  options: JsonValue,
  parameter: HostParameter,
) => void | Promise<void>;

/** Host functions by the id that a plan names. */
export type HostFunctions = ReadonlyMap<string, HostFunction>;

/** Finds the host function behind an id. */
export interface HostFunctionResolver {
  get(id: string): HostFunction | undefined;
}
