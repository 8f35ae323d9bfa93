/** Alignment that suits every dtype. */
const ALIGNMENT = 8;

/**
 * Memory that one batch of small parameters after the other is made in: what each would allocate for itself waits for the
 * garbage collector, and many batches wait together.
 */
export class BatchMemory {
  readonly #bytes: Uint8Array;
  #used = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Begins a batch; nobody may hold what the one before it was made in. */
  clear(): void {
    this.#used = 0;
  }

  /** Undefined where so much is not left. */
  take(bytes: number): Uint8Array | undefined {
    const start = this.#used;
    if (start + bytes > this.#bytes.byteLength) return undefined;
    this.#used = Math.ceil((start + bytes) / ALIGNMENT) * ALIGNMENT;
    return this.#bytes.subarray(start, start + bytes);
  }

  /** Whether values were made in this memory. */
  holds({ buffer }: Uint8Array): boolean {
    return buffer === this.#bytes.buffer;
  }
}
