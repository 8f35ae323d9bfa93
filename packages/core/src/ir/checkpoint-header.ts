import type { DType } from './dtype.js';
import type { Shape } from './shape.js';

/** One tensor of a checkpoint, as its header tells. */
export interface CheckpointEntry {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Bytes from the start of the data. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** What planning needs to know of a checkpoint: names, shapes and dtypes, no data. */
export interface CheckpointHeader {
  /** As the config names it. */
  readonly source: string;
  readonly tensors: Readonly<Record<string, CheckpointEntry>>;
  readonly metadata: Readonly<Record<string, string>>;
}
