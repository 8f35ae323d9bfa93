import { BLOCK, type Layout } from './layout.js';

/** Words at the head: how many blocks are factorised, and whether to give up. */
const FACTORISED = 0;
const STOPPED = 1;
const HEAD_BYTES = 16;

/** What the threads of one factorisation tell one another: each block's reflections, in order. */
export class FactorBoard {
  readonly memory: ArrayBufferLike;
  readonly #head: Int32Array;
  readonly #vectors: Float32Array;
  readonly #factors: Float32Array;
  readonly #layout: Layout;

  constructor(memory: ArrayBufferLike, layout: Layout) {
    this.memory = memory;
    this.#layout = layout;
    const { stride, paddedWidth } = layout;
    this.#head = new Int32Array(memory, 0, HEAD_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#factors = new Float32Array(memory, HEAD_BYTES, paddedWidth * BLOCK);
    const end = HEAD_BYTES + this.#factors.byteLength;
    this.#vectors = new Float32Array(memory, end, memory.byteLength === end ? 0 : paddedWidth * stride);
  }

  /** For threads, in shared memory. */
  static shared(layout: Layout): FactorBoard {
    const numbers = layout.paddedWidth * (layout.stride + BLOCK);
    return new FactorBoard(new SharedArrayBuffer(HEAD_BYTES + 4 * numbers), layout);
  }

  /** For one thread, which has all vectors itself. */
  static own(layout: Layout): FactorBoard {
    return new FactorBoard(new ArrayBuffer(HEAD_BYTES + 4 * layout.paddedWidth * BLOCK), layout);
  }

  /** Blocks that are there, from the first on. */
  get factorised(): number {
    return Atomics.load(this.#head, FACTORISED);
  }

  get stopped(): boolean {
    return Atomics.load(this.#head, STOPPED) !== 0;
  }

  /** T of a block, `width` rows of {@link BLOCK}. */
  factorOf(block: number): Float32Array {
    const first = block * BLOCK * BLOCK;
    return this.#factors.subarray(first, first + this.#layout.widthOf(block) * BLOCK);
  }

  /** The vectors of a block, columns `stride` apart; empty on a board of one thread. */
  vectorsOf(block: number): Float32Array {
    const { stride } = this.#layout;
    const first = block * BLOCK * stride;
    return this.#vectors.subarray(first, first + this.#layout.widthOf(block) * stride);
  }

  /** Adds the next block. */
  publish(block: number, vectors: Float32Array, factor: Float32Array): void {
    this.factorOf(block).set(factor);
    if (this.#vectors.length > 0) this.vectorsOf(block).set(vectors);
    Atomics.store(this.#head, FACTORISED, block + 1);
    Atomics.notify(this.#head, FACTORISED);
  }

  /** Blocks this thread until so many blocks are there, or until all is stopped. @returns whether to go on. */
  wait(blocks: number): boolean {
    for (let seen = this.factorised; seen < blocks && !this.stopped; seen = this.factorised) {
      Atomics.wait(this.#head, FACTORISED, seen);
    }
    return !this.stopped;
  }

  /** Nobody goes on. */
  stop(): void {
    Atomics.store(this.#head, STOPPED, 1);
    // Who is about to wait for this value sees another one.
    Atomics.add(this.#head, FACTORISED, 1 << 30);
    Atomics.notify(this.#head, FACTORISED);
  }
}
