import { BIT_KEY, blockOf, callsOf, EXTREME_CALLS, EXTREME_WORDS, type KernelCall, threefry } from './core.js';

/** Some elements of one stream, which every device must give alike. */
export interface BitCell {
  readonly name: string;
  readonly call: KernelCall;
  readonly ranges: readonly (readonly [offset: number, count: number])[];
}

const SEEDS = 10;
/** Where a cell starts: at even and odd elements, and where an index or a counter carries. */
const STARTS = [0, 1, 2 ** 31 - 1001, 2 ** 32 - 1001, 2 ** 33 - 1001, 3 * 2 ** 33 - 5, 2 ** 45 + 1, 77_777];

/**
 * Every law in every dtype under ten seeds, laws with subnormal and very large values, and the extreme words of each.
 *
 * @param draws how many in all, about.
 */
export function bitCells(draws: number): readonly BitCell[] {
  const seeds = Array.from({ length: SEEDS }, (_, seed) => threefry([seed, 0], [1, 2], 20));
  const calls = [...seeds.flatMap((key) => callsOf(key)), ...EXTREME_CALLS];
  const count = Math.ceil(draws / calls.length) | 1;
  const drawn = calls.map((call, index): BitCell => {
    const start = STARTS[index % STARTS.length] ?? 0;
    return { name: `${nameOf(call)} from ${start}`, call, ranges: [[start, count]] };
  });
  const words = EXTREME_WORDS.map((word) => [2 * blockOf(word), 1] as const);
  const extreme = [...callsOf(BIT_KEY), ...EXTREME_CALLS].map(
    (call): BitCell => ({ name: `${nameOf(call)}, extreme words`, call, ranges: words }),
  );
  return [...drawn, ...extreme];
}

/** Elements in all cells. */
export function drawsOf(cells: readonly BitCell[]): number {
  return cells.flatMap(({ ranges }) => ranges).reduce((sum, [, count]) => sum + count, 0);
}

function nameOf({ kernel, dtype, key, args }: KernelCall): string {
  return `${kernel}(${args.join(', ')}) ${dtype} of key ${key.join(':')}`;
}
