import { quantileOfProbability, quantileOfWord } from '../../rng/quantile.js';
import { multiplyHigh, multiplyHighSigned } from '../../rng/wide-multiply.js';
import { KERNELS } from '../kernel-table.js';

/** One element: a 32-bit word in, a float32 value out, before the clamp. */
export type ElementFunction = (word: number) => number;

type MakeElement = (args: readonly number[]) => ElementFunction;

/**
 * The laws of `exact-1`, element by element, from the arguments that the kernel table documents; the clamp, which
 * they all share, is left to the caller.
 */
export const ELEMENT_LAWS: Readonly<Record<string, MakeElement>> = {
  [KERNELS.uniform.name]: uniform,
  [KERNELS.normal.name]: normal,
  [KERNELS.normalGrid.name]: normalGrid,
  [KERNELS.truncatedNormal.name]: truncatedNormal,
  [KERNELS.truncatedNormalGrid.name]: truncatedNormalGrid,
  [KERNELS.truncatedNormalNarrow.name]: truncatedNormalNarrow,
};

function uniform([count = 0, start = 0, step = 0]: readonly number[]): ElementFunction {
  return (word) => {
    const coordinate = (start + multiplyHigh(word, count)) | 0;
    return (coordinate & ~excessMask(Math.abs(coordinate))) * step;
  };
}

/** Ones below the 24 leading bits of a magnitude, which has at most 32. */
function excessMask(magnitude: number): number {
  const bits = 32 - Math.clz32(magnitude) - 24;
  return bits > 0 ? (1 << bits) - 1 : 0;
}

function normal([scale = 0]: readonly number[]): ElementFunction {
  return (word) => scaled(quantileOfWord(word), scale);
}

/** Two roundings to float32, each to nearest even: the product of two float32 is exact in float64. */
function scaled(quantile: number, scale: number): number {
  return Math.fround(Math.fround(quantile) * scale);
}

function normalGrid([slope = 0, mean = 0, step = 0]: readonly number[]): ElementFunction {
  return (word) => onGrid(quantileOfWord(word), slope, mean, step);
}

function onGrid(quantile: number, slope: number, mean: number, step: number): number {
  const magnitude = multiplyHigh((Math.abs(quantile) * 2) >>> 0, slope);
  const coordinate = mean + (quantile < 0 ? -magnitude : magnitude);
  return Math.fround(Math.fround(coordinate) * step);
}

function truncatedNormal(args: readonly number[]): ElementFunction {
  const quantile = truncatedQuantile(args);
  const scale = args[4] ?? 0;
  return (word) => scaled(quantile(word), scale);
}

function truncatedNormalGrid(args: readonly number[]): ElementFunction {
  const quantile = truncatedQuantile(args);
  const [slope = 0, mean = 0, step = 0] = args.slice(4);
  return (word) => onGrid(quantile(word), slope, mean, step);
}

/** Quantile of P = start + ⌊w · width / 2^32⌋ in 64 bits. */
function truncatedQuantile([
  startHigh = 0,
  startLow = 0,
  widthHigh = 0,
  widthLow = 0,
]: readonly number[]): ElementFunction {
  return (word) => {
    const low = startLow + (Math.imul(word, widthHigh) >>> 0) + multiplyHigh(word, widthLow);
    const high = startHigh + multiplyHigh(word, widthHigh) + Math.floor(low / 4294967296);
    return quantileOfProbability(high >>> 0, low >>> 0);
  };
}

function truncatedNormalNarrow([
  bend = 0,
  twist = 0,
  count = 0,
  start = 0,
  step = 0,
]: readonly number[]): ElementFunction {
  return (word) => {
    const slope = (bend + multiplyHighSigned(word >>> 1, twist)) | 0;
    const share = (word + multiplyHighSigned(multiplyHigh(word, ~word >>> 0), slope)) >>> 0;
    const coordinate = (start + multiplyHigh(share, count)) | 0;
    return Math.fround(Math.fround(coordinate) * step);
  };
}
