/** Reads the bytes from `offset` on, until `out` is full. */
export type Fill = (out: Uint8Array, offset: number) => Promise<void>;

/** Where the bytes come from. */
export interface BlockReadsOptions {
  /** Of the whole source. */
  readonly size: number;
  readonly fill: Fill;
  /** What one read brings at least: a header, or many small tensors that lie side by side. */
  readonly blockBytes: number;
  /** The first bytes, where they are there already. */
  readonly first?: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Serves small reads from the block that the last of them brought; what a larger one begins with is taken from there. */
export class BlockReads {
  readonly #size: number;
  readonly #fill: Fill;
  readonly #blockBytes: number;
  #start = 0;
  #block: Uint8Array;

  constructor({ size, fill, blockBytes, first = NOTHING }: BlockReadsOptions) {
    this.#size = size;
    this.#fill = fill;
    this.#blockBytes = blockBytes;
    this.#block = first;
  }

  /** @throws as `fill` does, which is asked beyond the end when the read leads there. */
  async readInto(offset: number, out: Uint8Array): Promise<void> {
    const known = this.#take(offset, out);
    const rest = known === 0 ? out : out.subarray(known);
    const start = offset + known;
    if (rest.byteLength >= this.#blockBytes) return this.#fill(rest, start);
    if (rest.byteLength === 0) return;
    const block = new Uint8Array(Math.max(rest.byteLength, Math.min(this.#blockBytes, this.#size - start)));
    await this.#fill(block, start);
    this.#start = start;
    this.#block = block;
    rest.set(block.subarray(0, rest.byteLength));
  }

  /** Lets the block go. */
  clear(): void {
    this.#block = NOTHING;
  }

  /** @returns how many of the bytes from `offset` on were there. */
  #take(offset: number, out: Uint8Array): number {
    const from = offset - this.#start;
    if (from < 0 || from >= this.#block.byteLength) return 0;
    const known = this.#block.subarray(from, from + out.byteLength);
    out.set(known);
    return known.byteLength;
  }
}
