/** Reads the bytes from `offset` on, until `out` is full. */
export type Fill = (out: Uint8Array, offset: number) => Promise<void>;

/** Where the bytes come from. */
export interface BlockReadsOptions {
  /** Of the whole source. */
  readonly size: number;
  readonly fill: Fill;
  /** What one read brings at least: a header, or some small tensors that lie side by side. */
  readonly blockBytes: number;
  /** Twice as much each time that the next read goes on where the block ends, up to this. Default: `blockBytes`. */
  readonly mostBlockBytes?: number;
  /** The first bytes, where they are there already. */
  readonly first?: Uint8Array;
}

interface Block {
  readonly start: number;
  readonly length: number;
  /** Nothing, where it could not be read: whoever asked for it was told. */
  readonly bytes: Promise<Uint8Array>;
}

const NOTHING = new Uint8Array(0);

/**
 * Serves small reads from the block that the last of them brought, or will have brought; what a larger one begins with is
 * taken from there.
 */
export class BlockReads {
  readonly #size: number;
  readonly #fill: Fill;
  readonly #blockBytes: number;
  readonly #mostBlockBytes: number;
  #block: Block;

  constructor({ size, fill, blockBytes, mostBlockBytes = blockBytes, first = NOTHING }: BlockReadsOptions) {
    this.#size = size;
    this.#fill = fill;
    this.#blockBytes = blockBytes;
    this.#mostBlockBytes = mostBlockBytes;
    this.#block = { start: 0, length: first.byteLength, bytes: Promise.resolve(first) };
  }

  /** @throws as `fill` does, which is asked beyond the end when the read leads there. */
  async readInto(offset: number, out: Uint8Array): Promise<void> {
    const from = offset - this.#block.start;
    const inside = from >= 0 && from < this.#block.length;
    const known = inside ? (await this.#block.bytes).subarray(from, from + out.byteLength) : NOTHING;
    out.set(known);
    const rest = known.byteLength === 0 ? out : out.subarray(known.byteLength);
    const start = offset + known.byteLength;
    if (rest.byteLength >= this.#blockBytes) await this.#fill(rest, start);
    else if (rest.byteLength > 0)
      rest.set((await this.#readBlock(start, rest.byteLength)).subarray(0, rest.byteLength));
  }

  /** Lets the block go. */
  clear(): void {
    this.#block = { start: 0, length: 0, bytes: Promise.resolve(NOTHING) };
  }

  #readBlock(start: number, atLeast: number): Promise<Uint8Array> {
    const { start: before, length } = this.#block;
    const goesOn = start === before + length;
    const wanted = goesOn ? Math.min(Math.max(2 * length, this.#blockBytes), this.#mostBlockBytes) : this.#blockBytes;
    const block = new Uint8Array(Math.max(atLeast, Math.min(wanted, this.#size - start)));
    const bytes = this.#fill(block, start).then(() => block);
    this.#block = { start, length: block.byteLength, bytes: bytes.catch(() => NOTHING) };
    return bytes;
  }
}
