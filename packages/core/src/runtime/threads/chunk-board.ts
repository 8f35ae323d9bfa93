import { byteSize } from '../../ir/dtype.js';
import type { FillJob } from '../device.js';

/** Elements of one chunk: under a millisecond of work, so that threads end together. Even, as the kernels' blocks. */
const CHUNK_ELEMENTS = 1 << 18;

/** Cuts jobs into slices, the same on every thread. */
export function cutIntoChunks(jobs: readonly FillJob[]): readonly FillJob[] {
  return jobs.flatMap(({ call, out, offset }) => {
    const size = byteSize(call.dtype);
    const count = out.byteLength / size;
    return Array.from({ length: Math.ceil(count / CHUNK_ELEMENTS) }, (_, index) => {
      const start = index * CHUNK_ELEMENTS;
      const end = Math.min(start + CHUNK_ELEMENTS, count);
      return { call, out: out.subarray(start * size, end * size), offset: offset + start };
    });
  });
}

/** Word 0 counts the chunks taken; behind it there is a word for each, 1 when it is finished. */
const FIRST = 1;

/** What threads agree by on who does which chunk. */
export class ChunkBoard {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  static of(chunks: number): ChunkBoard {
    return new ChunkBoard(new SharedArrayBuffer((FIRST + chunks) * Int32Array.BYTES_PER_ELEMENT));
  }

  /** Takes the next chunk; undefined when all are taken. */
  take(): number | undefined {
    const chunk = Atomics.add(this.#words, 0, 1);
    return chunk < this.#words.length - FIRST ? chunk : undefined;
  }

  finish(chunk: number): void {
    Atomics.store(this.#words, FIRST + chunk, 1);
  }

  /** Lets nobody take another chunk. */
  close(): void {
    Atomics.store(this.#words, 0, this.#words.length);
  }

  /** Whether there is a chunk that nobody has taken. */
  get open(): boolean {
    return Atomics.load(this.#words, 0) < this.#words.length - FIRST;
  }

  /** Chunks that nobody has finished. */
  unfinished(): readonly number[] {
    const all = Array.from({ length: this.#words.length - FIRST }, (_, chunk) => chunk);
    return all.filter((chunk) => Atomics.load(this.#words, FIRST + chunk) === 0);
  }
}
