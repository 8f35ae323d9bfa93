import type { CopyChange } from '../../ir/law.js';

type Resize = Extract<CopyChange, { readonly kind: 'resize-grid' }>;

/** Steepness of the cubic between points, as torch, OpenCV and ONNX have it. */
const CUBIC = -0.75;

/** One new point: where it looks along an axis, and how much each of those counts. */
interface Tap {
  readonly at: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Rows of a grid at other places, as torch's `interpolate` with `align_corners=False` and without antialiasing computes
 * them: places are the centres of pixels, and what lies outside is the edge. Positions are fractions of whole numbers, so
 * that they are exact up to one division.
 */
export function resizeGrid(values: Float64Array, { mode, extra, from, to }: Resize): Float64Array {
  const width = values.length / (extra + from[0] * from[1]);
  const rows = taps(mode, from[0], to[0]);
  const columns = taps(mode, from[1], to[1]);
  const out = new Float64Array((extra + to[0] * to[1]) * width);
  out.set(values.subarray(0, extra * width));
  const grid = values.subarray(extra * width);
  let at = extra * width;
  for (const row of rows) {
    for (const column of columns) {
      for (let channel = 0; channel < width; channel += 1, at += 1) {
        out[at] = weigh(row, (y) => weigh(column, (x) => grid[(y * from[1] + x) * width + channel] ?? 0));
      }
    }
  }
  return out;
}

function weigh({ at, weights }: Tap, valueAt: (index: number) => number): number {
  let sum = 0;
  for (let k = 0; k < at.length; k += 1) sum += (weights[k] ?? 0) * valueAt(at[k] ?? 0);
  return sum;
}

function taps(mode: Resize['mode'], from: number, to: number): readonly Tap[] {
  return Array.from({ length: to }, (_, index) => {
    // The centre of the new point, in old points: ((2 index + 1) from - to) / (2 to).
    const numerator = (2 * index + 1) * from - to;
    const whole = Math.floor(numerator / (2 * to));
    const rest = (numerator - whole * 2 * to) / (2 * to);
    return mode === 'bicubic' ? cubicTap(whole, rest, from) : linearTap(whole, rest, from);
  });
}

function linearTap(whole: number, rest: number, from: number): Tap {
  if (whole < 0) return { at: [0], weights: [1] };
  return { at: [whole, Math.min(whole + 1, from - 1)], weights: [1 - rest, rest] };
}

function cubicTap(whole: number, rest: number, from: number): Tap {
  const at = [-1, 0, 1, 2].map((step) => Math.min(Math.max(whole + step, 0), from - 1));
  return { at, weights: [far(rest + 1), near(rest), near(1 - rest), far(2 - rest)] };
}

/** Weight of a point at a distance in [0, 1]. */
function near(x: number): number {
  return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
}

/** Weight of a point at a distance in [1, 2]. */
function far(x: number): number {
  return ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC;
}
