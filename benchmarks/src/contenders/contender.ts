import type { FloatDType } from '@incipit/core';
import type { Column } from '../columns.js';
import type { BenchLaw } from '../laws.js';

/** Fills of one law, one after the other: small ones are repeated until a clock can tell. */
export interface FillTask {
  readonly law: BenchLaw;
  readonly size: number;
  readonly dtype: FloatDType;
  readonly repeats: number;
}

/** Seconds of one fill, or why there is none. */
export type FillTime = number | { readonly absent: string };

/** Something that fills arrays, timed. */
export interface Contender {
  readonly column: Column;
  /** One line: what is timed, and into what kind of memory. */
  readonly what: string;
  /** Fills a little (`WARM_ELEMENTS` at most) before the clock runs: threads are awake and code is compiled. */
  fill(task: FillTask): Promise<FillTime>;
  dispose(): Promise<void>;
}

/** Elements of the fill before each that is timed. */
export const WARM_ELEMENTS: number = 2 ** 20;

/** Collects garbage between measurements, so that nobody pays for what another left (node --expose-gc). */
export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** Seconds that an action takes, on average of so many. */
export async function timed(action: () => unknown, repeats = 1): Promise<number> {
  const start = performance.now();
  for (let done = 0; done < repeats; done++) {
    const doing = action();
    // To await nothing takes as long as to fill a few hundred elements.
    if (doing instanceof Promise) await doing;
  }
  return (performance.now() - start) / 1000 / repeats;
}
