import type { CheckpointHeader } from '../ir/checkpoint-header.js';
import type { DType } from '../ir/dtype.js';
import type { Shape } from '../ir/shape.js';
import type { ReadAllowance } from './read-allowance.js';

/** Random access to the bytes of a file, a response or a buffer. */
export interface ByteSource {
  /** As the user named it, for messages. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /** @returns exactly `length` bytes from `offset`. @throws CheckpointError when there are fewer. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Reads into memory of the caller's, all of it. Without it, `read` is asked and its bytes are copied. */
  readInto?(offset: number, out: Uint8Array): Promise<void>;
  /**
   * A file that lies beside this one or below: a shard, external data. Absent where there is no such place. `openBeside`
   * asks it, with names that were checked; nothing else should.
   */
  beside?(name: string): Promise<ByteSource>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** What tells a format: the file's name as the user wrote it, and its first bytes, at most `HEAD_BYTES`. */
export interface FormatClue {
  readonly name: string;
  readonly head: Uint8Array;
}

/** A way of storing tensors. Its reader may be loaded when a file asks for it. */
export interface CheckpointFormat {
  /** For messages: `safetensors`, `gguf`. */
  readonly name: string;
  matches(clue: FormatClue): boolean;
  /**
   * Reads what lists the tensors.
   *
   * @param allowance counts what that takes, so that no file can ask for more than the user allows.
   * @throws CheckpointError; the source is closed then.
   */
  open(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint>;
}

/** An open checkpoint: list it, read a tensor of it. */
export interface Checkpoint {
  readonly header: CheckpointHeader;
  /** The tensor's bytes, row-major, little-endian, in the checkpoint's dtype. */
  read(tensor: string): Promise<Uint8Array>;
  /**
   * Reads the tensor's bytes from `byteOffset` on into `out`, all of it; what lets a large tensor pass in parts.
   *
   * @returns false where this tensor can only be read whole: compressed, strided. `out` is as it was then.
   */
  readPart?(tensor: string, byteOffset: number, out: Uint8Array): Promise<boolean>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** What the run that asks for a checkpoint tells its opener. */
export interface OpenContext {
  /** Stops the opening, and later the reading. */
  readonly signal?: AbortSignal | undefined;
}

/** Opens checkpoints by the name that a config gives them. */
export type CheckpointOpener = (source: string, context?: OpenContext) => Promise<Checkpoint>;

/** What a file's header tells of a tensor. */
export interface TensorHeading {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** One tensor to be written; `bytes` is asked for once, in order. */
export interface TensorToWrite extends TensorHeading {
  bytes(): Uint8Array | Promise<Uint8Array>;
}

/** Where a writer puts its bytes, in any order. Nothing is visible to others before `commit`. */
export interface ByteSink {
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** No more will be written: makes the bytes durable and lets go of what writing holds. Idempotent. */
  seal?(): Promise<void>;
  /** Makes what was written visible, whole. */
  commit(): Promise<void>;
  /** Removes what was written; harmless after `commit`. */
  abort(): Promise<void>;
}
