/**
 * The parts of jax-js that this plug-in touches, by structure, so that neither its code nor its declarations import
 * `@jax-js/jax`: users pass their own `jax`.
 */

/** An array of jax-js: immutable, and counted by those that own it. */
export interface JaxArray {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly device: string;
  readonly refCount: number;
  /** The same array, with one owner more. */
  readonly ref: JaxArray;
  /** Its values; the call takes one owner away. */
  data(): Promise<ArrayBufferView>;
  /** Takes one owner away; the last one frees the memory. */
  dispose(): void;
}

/** The namespace itself, `import * as jax from '@jax-js/jax'`. */
export interface Jax {
  readonly numpy: {
    readonly Array: abstract new (...args: never[]) => JaxArray;
    array(values: never, options?: { shape?: number[]; dtype?: never; device?: never }): JaxArray;
  };
  defaultDevice(): string;
}
