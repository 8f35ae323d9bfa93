import type { KernelCall } from '../../kernels/kernel-call.js';
import type { FillJob } from '../device.js';
import type { OrthogonalPart } from '../orthogonal/part.js';

/** The first message: the runtime's wasm, compiled once for all. */
export interface StartMessage {
  readonly kind: 'start';
  readonly wasm: WebAssembly.Module;
}

/** Jobs whose outputs lie in shared memory. Every thread cuts them into the same portions and takes the next free one. */
export interface SharedRunMessage {
  readonly kind: 'shared-run';
  readonly run: number;
  readonly jobs: readonly FillJob[];
  /** See `portion-board.ts`. */
  readonly board: SharedArrayBuffer;
}

/** One piece of a portion, without its memory. */
export interface Piece {
  readonly call: KernelCall;
  readonly offset: number;
  readonly bytes: number;
}

/** One portion whose bytes are sent back, piece after piece, for memory that is not shared. */
export interface PortionMessage {
  readonly kind: 'portion';
  readonly run: number;
  readonly index: number;
  readonly pieces: readonly Piece[];
}

/** A worker's columns of an orthogonal matrix; all memory is shared. */
export interface OrthogonalRunMessage {
  readonly kind: 'orthogonal-run';
  readonly run: number;
  readonly part: OrthogonalPart;
}

export type ToWorker = StartMessage | SharedRunMessage | PortionMessage | OrthogonalRunMessage;

/** A worker's first message: whether it can work. */
export interface ReadyMessage {
  readonly kind: 'ready' | 'failed';
}

/** A worker that has no further work in a run. */
export interface RunDoneMessage {
  readonly kind: 'run-done';
  readonly run: number;
}

/** The bytes of a portion; absent when a kernel failed: whoever asked does it again, and meets the error. */
export interface PortionDoneMessage {
  readonly kind: 'portion-done';
  readonly run: number;
  readonly index: number;
  readonly buffer: ArrayBuffer | undefined;
}

export type FromWorker = ReadyMessage | RunDoneMessage | PortionDoneMessage;
