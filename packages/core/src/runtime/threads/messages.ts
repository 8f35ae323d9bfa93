import type { KernelCall } from '../../kernels/kernel-call.js';
import type { FillJob } from '../device.js';

/** The first message: the runtime's wasm, compiled once for all. */
export interface StartMessage {
  readonly kind: 'start';
  readonly wasm: WebAssembly.Module;
}

/** Jobs whose outputs lie in shared memory. Every thread cuts them into the same chunks and takes the next free one. */
export interface SharedRunMessage {
  readonly kind: 'shared-run';
  readonly run: number;
  readonly jobs: readonly FillJob[];
  /** See `chunk-board.ts`. */
  readonly board: SharedArrayBuffer;
}

/** One slice whose bytes are sent back, for memory that cannot be shared. */
export interface SliceMessage {
  readonly kind: 'slice';
  readonly run: number;
  readonly index: number;
  readonly call: KernelCall;
  readonly offset: number;
  readonly bytes: number;
}

export type ToWorker = StartMessage | SharedRunMessage | SliceMessage;

/** A worker's first message: whether it can work. */
export interface ReadyMessage {
  readonly kind: 'ready' | 'failed';
}

/** A worker that takes no further chunk of a run. */
export interface RunDoneMessage {
  readonly kind: 'run-done';
  readonly run: number;
}

/** The bytes of a slice; absent when its kernel failed: whoever asked does it again, and meets the error. */
export interface SliceDoneMessage {
  readonly kind: 'slice-done';
  readonly run: number;
  readonly index: number;
  readonly buffer: ArrayBuffer | undefined;
}

export type FromWorker = ReadyMessage | RunDoneMessage | SliceDoneMessage;
