import { byteSize } from '../ir/dtype.js';
import { elementCount } from '../ir/shape.js';
import type { ByteSink, TensorHeading } from './format.js';

/** Where a checkpoint is written: the file that was asked for, and those beside it. */
export interface CheckpointPlace {
  /** Name of the file that was asked for, without its folder. */
  readonly name: string;
  /** A sink for a file of this name; asked for once a file. @param fresh whether it must not replace a file. */
  sink(name: string, fresh: boolean): Promise<ByteSink>;
  /** Whether a file of this name is there. */
  has(name: string): Promise<boolean>;
  /** Removes a file that this writing made, when it goes wrong after all. */
  remove(name: string): Promise<void>;
}

/** Some of a tensor's bytes in a file. */
export interface Segment {
  readonly file: string;
  readonly at: number;
  readonly bytes: number;
}

/** Bytes of a file that are no tensor's. */
export interface LayoutPiece {
  readonly file: string;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Pieces that depend on the values. */
export interface ClosingPieces {
  /** Told of all bytes that are written. */
  saw(tensor: string, bytes: Uint8Array, byteOffset: number): void;
  pieces(): readonly LayoutPiece[];
}

/** How tensors lie in files; all that differs from format to format. */
export interface FileLayout {
  /** In the order in which they appear: the one that was asked for last, since it names the others. */
  readonly files: readonly string[];
  /** Where the bytes of each tensor go, from its first to its last. */
  readonly places: ReadonlyMap<string, readonly Segment[]>;
  readonly pieces: readonly LayoutPiece[];
  readonly closing?: ClosingPieces;
}

/** What is to be laid out. */
export interface LayoutRequest {
  /** Of the file that was asked for. */
  readonly name: string;
  /** No two of one name. */
  readonly tensors: readonly TensorHeading[];
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Names for the files beside it, which never replace a file: what was there stays whole until the new one appears.
   *
   * @param names of the first, second, … attempt.
   * @returns those of the first attempt of which none is taken.
   */
  freeNames(names: (attempt: number) => readonly string[]): Promise<readonly string[]>;
}

/** A format that checkpoints can be written in. */
export interface WritableFormat {
  /** For messages. */
  readonly name: string;
  /** How the paths of its files end, `.npz`. */
  readonly endings: readonly string[];
  /** @throws CheckpointError `unknown-dtype` and the like, for what the format cannot hold; no file is open by then. */
  layOut(request: LayoutRequest): Promise<FileLayout>;
}

/** Bytes that a tensor's values take. */
export function tensorBytes({ dtype, shape }: Pick<TensorHeading, 'dtype' | 'shape'>): number {
  return elementCount(shape) * byteSize(dtype);
}
