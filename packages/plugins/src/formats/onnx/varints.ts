/** Writes the lower bytes of numbers, which come end to end as varints, in pieces of any length. */
export class VarintDecoder {
  readonly #view: DataView;
  readonly #itemBytes: number;
  #low = 0;
  #high = 0;
  #shift = 0;
  #count = 0;

  /** @param out what exceeds it is counted, not written. */
  constructor(out: Uint8Array, itemBytes: number) {
    this.#view = new DataView(out.buffer, out.byteOffset, out.byteLength);
    this.#itemBytes = itemBytes;
  }

  /** Numbers so far, without one that is cut. */
  get count(): number {
    return this.#count;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const bits = byte & 127;
      if (this.#shift < 32) this.#low |= bits << this.#shift;
      if (this.#shift === 28) this.#high |= bits >> 4;
      else if (this.#shift > 28) this.#high |= bits << (this.#shift - 32);
      this.#shift += 7;
      if (byte < 128 || this.#shift >= 70) this.#end();
    }
  }

  #end(): void {
    const at = this.#count * this.#itemBytes;
    if (at + this.#itemBytes <= this.#view.byteLength) this.#put(at);
    this.#count += 1;
    this.#low = 0;
    this.#high = 0;
    this.#shift = 0;
  }

  #put(at: number): void {
    if (this.#itemBytes === 8) this.#view.setInt32(at + 4, this.#high, true);
    if (this.#itemBytes >= 4) this.#view.setInt32(at, this.#low, true);
    else if (this.#itemBytes === 2) this.#view.setUint16(at, this.#low & 0xffff, true);
    else this.#view.setUint8(at, this.#low & 0xff);
  }
}
