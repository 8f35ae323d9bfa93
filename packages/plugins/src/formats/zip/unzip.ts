import type { ByteSource } from '@incipit/core';
import { malformed } from '../common/checkpoint-of.js';
import { readInto } from '../common/stored-range.js';
import { crc32 } from './crc32.js';
import { inflateInto } from './inflate.js';
import { dataOffset, type ZipEntry } from './read-zip.js';

/** A whole file of an archive, its checksum compared. @throws CheckpointError `malformed`. */
export async function unzip(source: ByteSource, entry: ZipEntry): Promise<Uint8Array> {
  const bytes = await new ZippedFile(source, entry).read(0, entry.bytes);
  checkSum(source, entry, crc32(bytes));
  return bytes;
}

/** @throws CheckpointError `malformed` when the checksum is not the archive's. */
export function checkSum(source: ByteSource, entry: ZipEntry, found: number): void {
  if (found !== entry.crc32) throw malformed(source, `the checksum of its file '${entry.name}' is wrong`);
}

/** The bytes of a file of an archive; its checksum, which is of all of them, is not compared. */
export class ZippedFile {
  readonly bytes: number;
  readonly #source: ByteSource;
  readonly #entry: ZipEntry;
  /** Where its data starts, once that was looked up. */
  #start: number | undefined;

  constructor(source: ByteSource, entry: ZipEntry) {
    this.#source = source;
    this.#entry = entry;
    this.bytes = entry.bytes;
  }

  /** Whether what lies before need not be unpacked first. */
  get inParts(): boolean {
    return !this.#entry.deflated;
  }

  /** @throws CheckpointError `malformed`. */
  async read(from: number, length: number): Promise<Uint8Array> {
    this.#checkInside(from + length);
    if (this.inParts) return this.#source.read((await this.#dataStart()) + from, length);
    const out = new Uint8Array(length);
    await this.#inflateInto(from, out);
    return out;
  }

  /** @throws CheckpointError `malformed`. */
  async readInto(from: number, out: Uint8Array): Promise<void> {
    this.#checkInside(from + out.byteLength);
    if (this.inParts) await readInto(this.#source, (await this.#dataStart()) + from, out);
    else await this.#inflateInto(from, out);
  }

  #checkInside(end: number): void {
    if (end > this.bytes) throw malformed(this.#source, `its file '${this.#entry.name}' is too short`);
  }

  async #dataStart(): Promise<number> {
    this.#start ??= await dataOffset(this.#source, this.#entry);
    return this.#start;
  }

  async #inflateInto(from: number, out: Uint8Array): Promise<void> {
    const packed = { offset: await this.#dataStart(), bytes: this.#entry.storedBytes, form: 'deflate-raw' } as const;
    const filled = await inflateInto(this.#source, packed, { from, out }).catch((cause) => {
      throw malformed(this.#source, `its file '${this.#entry.name}' cannot be unpacked`, cause);
    });
    if (filled === out.byteLength) return;
    throw malformed(this.#source, `its file '${this.#entry.name}' unpacks to less than it promises`);
  }
}
