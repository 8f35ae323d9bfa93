import type { BenchCase } from './cases.js';
import { type Contender, collectGarbage } from './contender.js';
import { type Spread, spread } from './statistics.js';

/** Million elements a second of each contender, by name; absent ones have no such law. */
export type Rates = ReadonlyMap<string, Spread>;

export interface CaseResult {
  readonly case: BenchCase;
  readonly rates: Rates;
}

/**
 * Measures every contender on every case in rounds, in turn, so that a neighbour's load or a warming processor falls
 * on all alike. The first round warms up and is not counted.
 */
export async function measureCases(
  cases: readonly BenchCase[],
  contenders: readonly Contender[],
  options: { readonly size: number; readonly rounds: number; readonly log: (line: string) => void },
): Promise<readonly CaseResult[]> {
  const seconds = cases.map(() => new Map<string, number[]>());
  for (let round = -1; round < options.rounds; round++) {
    options.log(round < 0 ? 'warming up' : `round ${round + 1} of ${options.rounds}`);
    for (const [index, { law }] of cases.entries()) {
      for (const contender of turned(contenders, round + 1)) {
        collectGarbage();
        const taken = await contender.fill(law, options.size);
        if (taken === undefined || round < 0) continue;
        const list = seconds[index]?.get(contender.name) ?? [];
        seconds[index]?.set(contender.name, [...list, taken]);
      }
    }
  }
  return cases.map((benchCase, index) => ({ case: benchCase, rates: ratesOf(seconds[index], options.size) }));
}

/** Each round begins with another contender: nobody always follows the same neighbour. */
function turned<T>(list: readonly T[], by: number): readonly T[] {
  const start = by % Math.max(1, list.length);
  return [...list.slice(start), ...list.slice(0, start)];
}

function ratesOf(seconds: ReadonlyMap<string, readonly number[]> | undefined, size: number): Rates {
  return new Map([...(seconds ?? [])].map(([name, list]) => [name, spread(list.map((taken) => size / taken / 1e6))]));
}
