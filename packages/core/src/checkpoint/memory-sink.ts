import { CheckpointError } from '../errors.js';
import type { ByteSink } from './format.js';

/** A file in memory, where there are no files: to be offered as a download, sent or stored. */
export interface MemorySink extends ByteSink {
  /** What was written. @throws CheckpointError `not-written` unless it was committed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const FIRST_BYTES = 1 << 16;

/**
 * Makes a sink that keeps what is written to it in memory.
 *
 * @example
 * const sink = memorySink();
 * await writeCheckpointTo(sinkPlace(sink), SAFETENSORS, { tensors: model.tensors() });
 * const url = URL.createObjectURL(new Blob([sink.bytes]));
 */
export function memorySink(): MemorySink {
  let memory = new Uint8Array(0);
  let end = 0;
  let committed = false;
  return {
    get bytes() {
      if (committed) return memory.subarray(0, end);
      throw new CheckpointError({
        code: 'not-written',
        what: 'The sink has no bytes: nothing was committed to it',
        fix: 'await what writes to it first, and see whether that failed',
      });
    },
    async write(bytes, at) {
      const needed = at + bytes.byteLength;
      if (needed > memory.byteLength) {
        const larger = new Uint8Array(Math.max(needed, Math.ceil(memory.byteLength * 1.5), FIRST_BYTES));
        larger.set(memory.subarray(0, end));
        memory = larger;
      }
      memory.set(bytes, at);
      end = Math.max(end, needed);
    },
    async commit() {
      committed = true;
    },
    async abort() {
      if (committed) return;
      memory = new Uint8Array(0);
      end = 0;
    },
  };
}
