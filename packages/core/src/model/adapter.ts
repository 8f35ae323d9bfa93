import type { GpuBuffer, GpuDevice } from '../ir/gpu.js';
import type { Plan } from '../ir/plan.js';
import type { ModuleNode } from './module-node.js';
import type { TensorData, TensorPart } from './tensor-data.js';

/**
 * The one plug-in interface: a model as a tree, and reading and writing its parameters by path.
 *
 * Ownership: `write` may keep `tensor.bytes` (the executor never touches them again); `read` gives bytes that the
 * caller may keep and change. Order: the executor awaits each `write` before the next. `tree()` is synchronous and
 * pure: two calls without a change of the model give equal trees.
 */
export interface Adapter {
  /** Framework's name, for messages: `tfjs`. */
  readonly framework: string;
  /** @throws AdapterError when the model is unbuilt, disposed or of an unknown kind. */
  tree(): ModuleNode;
  read(path: string): Promise<TensorData>;
  /**
   * Reads elements from `offset` on into `out`, all of it: what lets a large parameter pass in parts.
   *
   * @returns false when this parameter can only be read whole; `read` follows.
   */
  readPart?(path: string, offset: number, out: Uint8Array): boolean | Promise<boolean>;
  /**
   * Replaces the parameter's values. Shape and dtype equal those that `tree()` told. A write that throws has left the
   * parameter as it was.
   */
  write(path: string, tensor: TensorData): void | Promise<void>;
  /**
   * Keeps what a parameter holds while a run writes, best without a copy, in case that a later write fails. An adapter
   * without it is read instead.
   */
  keep?(path: string): KeptValues | Promise<KeptValues>;
  /**
   * Replaces a part of the parameter's values where they lie: what a run that need not be atomic does with a large
   * parameter, so that it holds parts only. They come in order. The bytes are the caller's again when the call is done:
   * they are copied, never kept.
   *
   * @returns false when this parameter takes nothing but whole tensors; it is as it was then, and `write` follows.
   */
  writePart?(path: string, part: TensorPart): boolean | Promise<boolean>;
  /**
   * The GPU device on which the framework keeps parameters now; undefined when it keeps them elsewhere. A run on that
   * device fills parameters there and hands them over by `writeBuffers`.
   */
  gpu?(): GpuDevice | undefined;
  /**
   * Replaces the values of float32 parameters by what buffers on `gpu()` hold, all or none: a call that throws has left
   * every parameter as it was. No path is named twice. A buffer is as long as its parameter, and has the usages STORAGE,
   * COPY_SRC and COPY_DST.
   *
   * The buffers are the adapter's from the call on, whatever comes of it: it keeps them or destroys them.
   */
  writeBuffers?(writes: readonly BufferWrite[]): void | Promise<void>;
  /** Told after a successful run, when everything is written. */
  executed?(plan: Plan): void;
}

/** A parameter, and the buffer with its values. */
export interface BufferWrite {
  readonly path: string;
  readonly buffer: GpuBuffer;
}

/** What a parameter held before a run; the executor calls one of the two, once. */
export interface KeptValues {
  /** Puts it back. */
  restore(): void | Promise<void>;
  /** Lets it go. */
  release?(): void | Promise<void>;
}

/** Under this key a model of a framework may hold what makes its adapter. */
export const ADAPTER: unique symbol = Symbol.for('incipit.adapter');

/** A model of a framework that brings its adapter along, as those that a plug-in's registry builds. */
export interface Adaptable {
  [ADAPTER](): Adapter;
}
