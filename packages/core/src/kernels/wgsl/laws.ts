import type { KernelName } from '../kernel-table.js';
import { MULTIPLY_HIGH, MULTIPLY_HIGH_SIGNED, ON_GRID, SCALED } from './arithmetic.js';
import { QUANTILE_OF_PROBABILITY, QUANTILE_OF_WORD } from './quantile.js';

/** What a law makes of one 32-bit word: the bits of a float32 before the clamp. */
interface LawText {
  /** Functions that the body calls. */
  readonly uses: readonly string[];
  /** Body of `fn value(word: u32, args: Args) -> u32`; `Args` has the kernel table's arguments, floats as bits. */
  readonly body: string;
  /** Whether it reads the quantile's table. */
  readonly table: boolean;
}

/** The integer stage, ± ⌊2z · slope / 2^32⌋ + mean. */
const ON_NORMAL_GRID = `
fn on_normal_grid(z: vec2<u32>, slope: u32, mean: i32, step: u32) -> u32 {
  let distance = bitcast<i32>(multiply_high(z.x << 1u, slope));
  return on_grid(mean + select(distance, -distance, (z.y >> 31u) == 1u), step);
}
`;
const DRAW = 'let z = quantile_of_word(word);';
const DRAW_BETWEEN =
  'let z = quantile_between(word, vec2(args.startHigh, args.startLow), vec2(args.widthHigh, args.widthLow));';
const SCALE = 'return scaled(z.x, args.scale) | (z.y & 0x80000000u);';
const GRID = 'return on_normal_grid(z, args.slope, args.mean, args.step);';

/** The twins of `kernels/reference/element-laws.ts`; a constant draws nothing. */
export const LAW_TEXTS: Readonly<Record<Exclude<KernelName, 'constant'>, LawText>> = {
  uniform: {
    uses: [MULTIPLY_HIGH, ON_GRID],
    // The bits below the 24 leading ones of the magnitude are cleared.
    body: `let coordinate = args.start + bitcast<i32>(multiply_high(word, args.count));
  let bits = 8i - i32(countLeadingZeros(bitcast<u32>(abs(coordinate))));
  return on_grid(coordinate & bitcast<i32>(0xffffffffu << u32(max(bits, 0i))), args.step);`,
    table: false,
  },
  normal: { uses: [MULTIPLY_HIGH, QUANTILE_OF_WORD, SCALED], body: `${DRAW}\n  ${SCALE}`, table: true },
  normalGrid: {
    uses: [MULTIPLY_HIGH, QUANTILE_OF_WORD, ON_GRID, ON_NORMAL_GRID],
    body: `${DRAW}\n  ${GRID}`,
    table: true,
  },
  truncatedNormal: {
    uses: [MULTIPLY_HIGH, QUANTILE_OF_PROBABILITY, SCALED],
    body: `${DRAW_BETWEEN}\n  ${SCALE}`,
    table: true,
  },
  truncatedNormalGrid: {
    uses: [MULTIPLY_HIGH, QUANTILE_OF_PROBABILITY, ON_GRID, ON_NORMAL_GRID],
    body: `${DRAW_BETWEEN}\n  ${GRID}`,
    table: true,
  },
  truncatedNormalNarrow: {
    uses: [MULTIPLY_HIGH, MULTIPLY_HIGH_SIGNED, ON_GRID],
    body: `let slope = args.bend + bitcast<i32>(multiply_high_signed(word >> 1u, args.twist));
  let share = word + multiply_high_signed(multiply_high(word, ~word), slope);
  return on_grid(args.start + bitcast<i32>(multiply_high(share, args.count)), args.step);`,
    table: false,
  },
};
