import { type ByteSource, CheckpointError } from '@incipit/core';
import { malformed } from './checkpoint-of.js';

const SHORT_TEXT = 32;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads little-endian numbers and text one after the other; never past the end. */
export class ByteCursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #source: Pick<ByteSource, 'name'>;
  at = 0;

  constructor(source: Pick<ByteSource, 'name'>, bytes: Uint8Array) {
    this.#source = source;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.byteLength - this.at;
  }

  /** @returns where `length` bytes start, and passes them. @throws CheckpointError `malformed`. */
  skip(length: number): number {
    if (!(length >= 0 && length <= this.left)) throw new EndOfBytes(this.#source, this.at, length);
    const start = this.at;
    this.at += length;
    return start;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  /** A 64-bit count or offset. @throws CheckpointError `malformed` when it exceeds 2^53. */
  u64(): number {
    const at = this.skip(8);
    const high = this.#view.getUint32(at + 4, true);
    if (high >= 2 ** 21) throw malformed(this.#source, `the number at byte ${at} is too large`);
    return high * 2 ** 32 + this.#view.getUint32(at, true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.skip(8), true);
  }

  f32(): number {
    return this.#view.getFloat32(this.skip(4), true);
  }

  f64(bigEndian = false): number {
    return this.#view.getFloat64(this.skip(8), !bigEndian);
  }

  /** A view, not a copy. */
  take(length: number): Uint8Array {
    const start = this.skip(length);
    return this.bytes.subarray(start, start + length);
  }

  /** A cursor over the next bytes alone. */
  slice(length: number): ByteCursor {
    return new ByteCursor(this.#source, this.take(length));
  }

  text(length: number): string {
    const bytes = this.take(length);
    // A decoder takes longer to begin than most names do.
    if (length <= SHORT_TEXT && isAscii(bytes)) return String.fromCharCode.apply(null, bytes as unknown as number[]);
    try {
      return UTF8.decode(bytes);
    } catch (cause) {
      throw malformed(this.#source, `a name of ${length} bytes is not UTF-8`, cause);
    }
  }
}

/** More bytes were wanted than are there; a reader that has only the first part of a file fetches more and tries again. */
export class EndOfBytes extends CheckpointError {
  constructor(source: Pick<ByteSource, 'name'>, at: number, length: number) {
    super({
      code: 'truncated',
      what: `'${source.name}' is truncated or damaged: ${length} bytes are missing after byte ${at}`,
      fix: 'download or copy the file again',
    });
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] ?? 0) >= 0x80) return false;
  return true;
}
