import { decodeFloats } from '../ir/convert.js';
import { byteSize, type FloatDType } from '../ir/dtype.js';
import type { StepStatistics } from './report.js';

/** Elements that are measured at once. Parts of a tensor are multiples of it: how it was cut does not show. */
export const METER_BLOCK: number = 1 << 16;

/**
 * Mean, population standard deviation and extremes of values that come in parts. Two passes over each block, so that no
 * digits cancel; blocks are joined as Chan, Golub and LeVeque do (1979).
 */
export class Meter {
  readonly #dtype: FloatDType;
  #count = 0;
  #mean = 0;
  /** Sum of the squared deviations from the mean. */
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(dtype: FloatDType) {
    this.#dtype = dtype;
  }

  /** @param bytes whole elements; a multiple of `METER_BLOCK` of them unless these are the last. */
  add(bytes: Uint8Array): void {
    const block = METER_BLOCK * byteSize(this.#dtype);
    for (let start = 0; start < bytes.byteLength; start += block) {
      this.#addBlock(decodeFloats(this.#dtype, bytes.subarray(start, start + block)));
    }
  }

  /** Undefined for no elements. */
  statistics(): StepStatistics | undefined {
    if (this.#count === 0) return undefined;
    return { mean: this.#mean, std: Math.sqrt(this.#squares / this.#count), min: this.#min, max: this.#max };
  }

  #addBlock(values: Float32Array): void {
    let sum = 0;
    for (const value of values) {
      sum += value;
      if (value < this.#min) this.#min = value;
      if (value > this.#max) this.#max = value;
    }
    const mean = sum / values.length;
    let squares = 0;
    for (const value of values) squares += (value - mean) * (value - mean);
    const count = this.#count + values.length;
    const apart = mean - this.#mean;
    this.#mean += (apart * values.length) / count;
    this.#squares += squares + (apart * apart * this.#count * values.length) / count;
    this.#count = count;
  }
}
