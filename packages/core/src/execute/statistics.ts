import { decodeFloats } from '../ir/convert.js';
import type { FloatDType } from '../ir/dtype.js';
import type { StepStatistics } from './report.js';

/** Mean, population standard deviation and extremes; undefined for no elements. Two passes, so that no digits cancel. */
export function measure(dtype: FloatDType, bytes: Uint8Array): StepStatistics | undefined {
  const values = decodeFloats(dtype, bytes);
  if (values.length === 0) return undefined;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { mean, std: Math.sqrt(squares / values.length), min, max };
}
