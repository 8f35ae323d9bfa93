import type { BenchLaw } from './cases.js';

/** Something that fills arrays, timed. */
export interface Contender {
  readonly name: string;
  /** One line: what is timed, and into what kind of memory. */
  readonly what: string;
  /** Seconds of one fill of `size` float32, or undefined when it has no such law. */
  fill(law: BenchLaw, size: number): Promise<number | undefined>;
  dispose(): Promise<void>;
}

/** Collects garbage between measurements, so that nobody pays for what another left (node --expose-gc). */
export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** Seconds that an action takes. */
export async function timed(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}
