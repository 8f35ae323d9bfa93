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

/** A tensor that the file lists and that cannot be read: complex numbers, an unknown quantisation. */
export interface UnreadableEntry {
  /** As the file calls it. */
  readonly dtype: string;
  /** Where the file tells it. */
  readonly shape?: Shape;
  readonly reason: string;
}

/** What planning needs to know of a checkpoint: names, shapes and dtypes, no data. */
export interface CheckpointHeader {
  /** As the config names it. */
  readonly source: string;
  readonly tensors: Readonly<Record<string, CheckpointEntry>>;
  /** What the file holds beside them. Only who asks for one of these gets an error. */
  readonly unreadable?: Readonly<Record<string, UnreadableEntry>>;
  readonly metadata: Readonly<Record<string, string>>;
}
