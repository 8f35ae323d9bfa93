import { byteSize, type Checkpoint, type CheckpointEntry, convert } from '@incipit/core';

/** What a tensor's values are like; numbers are null where no value is finite. */
export interface TensorStatistics {
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly std: number | null;
  /** Infinities and NaN, left out of the others. */
  readonly notFinite: number;
}

/** Bytes that are held at a time where a checkpoint can be read in parts; a multiple of every element's size. */
const PART_BYTES = 8 << 20;

/** Reads a tensor, in parts where that is possible. @throws CheckpointError */
export async function tensorStatistics(
  checkpoint: Checkpoint,
  name: string,
  { dtype, byteLength }: CheckpointEntry,
): Promise<TensorStatistics> {
  const sums = new RunningSums();
  const whole = new Uint8Array(Math.min(PART_BYTES, byteLength));
  for (let at = 0; at < byteLength; at += PART_BYTES) {
    const part = whole.subarray(0, byteLength - at);
    if (!(await checkpoint.readPart?.(name, at, part))) {
      sums.add(valuesOf(await checkpoint.read(name), dtype));
      break;
    }
    sums.add(valuesOf(part, dtype));
  }
  return sums.statistics();
}

function valuesOf(bytes: Uint8Array, dtype: Parameters<typeof convert>[1]): Float64Array {
  const aligned = bytes.byteOffset % byteSize(dtype) === 0 ? bytes : bytes.slice();
  const values = convert(aligned, dtype, 'float64');
  if (values.byteOffset % 8 === 0) return new Float64Array(values.buffer, values.byteOffset, values.byteLength / 8);
  return new Float64Array(values.slice().buffer);
}

/** Mean and spread in one pass, by Welford's method, which loses nothing where the mean is far from zero. */
class RunningSums {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #notFinite = 0;

  add(values: Float64Array): void {
    for (const value of values) {
      if (!Number.isFinite(value)) {
        this.#notFinite += 1;
        continue;
      }
      this.#count += 1;
      const distance = value - this.#mean;
      this.#mean += distance / this.#count;
      this.#squares += distance * (value - this.#mean);
      if (value < this.#min) this.#min = value;
      if (value > this.#max) this.#max = value;
    }
  }

  statistics(): TensorStatistics {
    const notFinite = this.#notFinite;
    if (this.#count === 0) return { min: null, max: null, mean: null, std: null, notFinite };
    const std = Math.sqrt(this.#squares / this.#count);
    return { min: this.#min, max: this.#max, mean: this.#mean, std, notFinite };
  }
}
