import type { CheckpointHeader } from '../ir/checkpoint-header.js';
import type { DType } from '../ir/dtype.js';
import type { Shape } from '../ir/shape.js';

/** Random access to the bytes of a file, a response or a buffer. */
export interface ByteSource {
  /** As the user named it, for messages. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /** @returns exactly `length` bytes from `offset`. @throws CheckpointError when there are fewer. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** An open checkpoint: list it, read a tensor of it. */
export interface Checkpoint {
  readonly header: CheckpointHeader;
  /** The tensor's bytes, row-major, little-endian, in the checkpoint's dtype. */
  read(tensor: string): Promise<Uint8Array>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Opens checkpoints by the name that a config gives them. */
export type CheckpointOpener = (source: string) => Promise<Checkpoint>;

/** One tensor to be written; `bytes` is asked for once, in order. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  bytes(): Uint8Array | Promise<Uint8Array>;
}

/** Where a writer puts its bytes. Nothing is visible to others before `commit`. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void>;
  /** Makes what was written visible, whole. */
  commit(): Promise<void>;
  /** Removes what was written; harmless after `commit`. */
  abort(): Promise<void>;
}
