import type { ByteSource, ReadAllowance } from '@incipit/core';
import { ByteCursor } from '../common/byte-cursor.js';
import { malformed, truncated, unsupported } from '../common/checkpoint-of.js';

export const HDF5_SIGNATURE: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** An address that means: there is none. */
export const NOWHERE = -1;

const PAGE_BYTES = 16 << 10;
const MAX_PAGES = 64;
const ADDRESS_BYTES = 8;
/** What a read takes as objects, and in time. */
const READ_BYTES = 160;

/**
 * Reads the structures of an HDF5 file. What they cost is bounded by the file's size, since a small file can describe the
 * same bytes over and over.
 */
export class Hdf5File {
  readonly source: ByteSource;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #allowance: ReadAllowance;
  #budget: number;

  constructor(source: ByteSource, allowance: ReadAllowance) {
    this.source = source;
    this.#allowance = allowance;
    this.#budget = 4 * source.size + (1 << 16);
  }

  /** Counts bytes that were made out of the file's. @throws CheckpointError `malformed` when they are too many for it. */
  charge(bytes: number): void {
    this.#budget -= bytes;
    if (this.#budget < 0) throw malformed(this.source, 'its structures refer to each other without end');
  }

  /** Counts memory for what lists the datasets. @throws CheckpointError `too-large`. */
  spend(bytes: number): void {
    this.#allowance.spend(this.source, bytes);
  }

  /** Bytes of a structure, as a cursor. @throws CheckpointError `truncated` or `malformed`. */
  async at(address: number, length: number): Promise<ByteCursor> {
    if (!(address >= 0 && address + length <= this.source.size)) {
      throw truncated(this.source, `it refers to byte ${address + length} and has ${this.source.size}`);
    }
    this.charge(length + ADDRESS_BYTES);
    this.spend(length + READ_BYTES);
    const out = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const page = Math.floor((address + done) / PAGE_BYTES);
      const bytes = await this.#page(page);
      const from = address + done - page * PAGE_BYTES;
      const part = bytes.subarray(from, from + length - done);
      out.set(part, done);
      done += part.byteLength;
    }
    return new ByteCursor(this.source, out);
  }

  async #page(page: number): Promise<Uint8Array> {
    const known = this.#pages.get(page);
    if (known !== undefined) return known;
    const start = page * PAGE_BYTES;
    const bytes = await this.source.read(start, Math.min(PAGE_BYTES, this.source.size - start));
    if (this.#pages.size >= MAX_PAGES) this.#pages.clear();
    this.#pages.set(page, bytes);
    return bytes;
  }

  /** Address of the root group's header. @throws CheckpointError `unsupported` for another base or size of addresses. */
  async rootAddress(): Promise<number> {
    const version = (await this.at(8, 1)).u8();
    const old = version < 2;
    if (version > 3) throw unsupported(this.source, `is HDF5 with superblock version ${version}`);
    const sizes = await this.at(old ? 13 : 9, 2);
    if (sizes.u8() !== ADDRESS_BYTES || sizes.u8() !== ADDRESS_BYTES) {
      throw unsupported(this.source, 'has addresses of other than 8 bytes');
    }
    const base = address(await this.at(old ? (version === 0 ? 24 : 28) : 12, 8));
    if (base !== 0) throw unsupported(this.source, 'does not begin at its first byte');
    return address(await this.at(old ? (version === 0 ? 64 : 68) : 36, 8));
  }
}

/** An address; `NOWHERE` for the one that is undefined. */
export function address(cursor: ByteCursor): number {
  const value = cursor.i64();
  return value === -1n ? NOWHERE : Number(value);
}
