import { type ByteSink, CheckpointError } from '@incipit/core';
import { crc32 } from './crc32.js';

/** A file to be stored; its parts are asked for once, in order, and add up to `bytes`. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: number;
  parts(): AsyncIterable<Uint8Array>;
}

interface Written {
  readonly name: Uint8Array;
  readonly bytes: number;
  readonly crc: number;
  readonly offset: number;
}

const LARGE = 0xffffffff;
/** 1980-01-01: files do not change with the clock. */
const DATE = 0x0021;
/** Names are UTF-8. */
const FLAGS = 0x0800;

/**
 * Writes an archive without compression. Sizes above 4 GiB take the 64-bit form.
 *
 * @throws CheckpointError `duplicate-tensor` when a name occurs twice.
 */
export async function writeZip(sink: ByteSink, files: readonly ZipFile[]): Promise<void> {
  const written: Written[] = [];
  const names = new Set<string>();
  let at = 0;
  for (const file of files) {
    if (names.has(file.name)) {
      throw new CheckpointError({
        code: 'duplicate-tensor',
        what: `two files of the archive are named '${file.name}'`,
      });
    }
    names.add(file.name);
    const offset = at;
    const name = new TextEncoder().encode(file.name);
    const headerBytes = localHeader({ name, bytes: file.bytes, crc: 0, offset }).byteLength;
    at += headerBytes;
    let crc = 0;
    for await (const part of file.parts()) {
      await sink.write(part, at);
      crc = crc32(part, crc);
      at += part.byteLength;
    }
    const done: Written = { name, bytes: file.bytes, crc, offset };
    await sink.write(localHeader(done), offset);
    written.push(done);
  }
  await sink.write(directory(written, at), at);
}

/** Little-endian numbers, each with its bytes, and raw bytes between them. */
function pack(...fields: readonly (readonly [value: number, bytes: number] | Uint8Array)[]): Uint8Array {
  const length = fields.reduce((sum, field) => sum + (field instanceof Uint8Array ? field.byteLength : field[1]), 0);
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const field of fields) {
    if (field instanceof Uint8Array) {
      out.set(field, at);
      at += field.byteLength;
      continue;
    }
    const [value, bytes] = field;
    if (bytes === 8) view.setBigUint64(at, BigInt(value), true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += bytes;
  }
  return out;
}

function localHeader({ name, bytes, crc }: Written): Uint8Array {
  const large = bytes >= LARGE;
  const extra = large ? pack([1, 2], [16, 2], [bytes, 8], [bytes, 8]) : new Uint8Array(0);
  const size = large ? LARGE : bytes;
  return pack(
    [0x04034b50, 4],
    [large ? 45 : 20, 2],
    [FLAGS, 2],
    [0, 2],
    [0, 2],
    [DATE, 2],
    [crc, 4],
    [size, 4],
    [size, 4],
    [name.byteLength, 2],
    [extra.byteLength, 2],
    name,
    extra,
  );
}

function centralHeader({ name, bytes, crc, offset }: Written): Uint8Array {
  const large = bytes >= LARGE || offset >= LARGE;
  const extra = large ? pack([1, 2], [24, 2], [bytes, 8], [bytes, 8], [offset, 8]) : new Uint8Array(0);
  const size = large ? LARGE : bytes;
  return pack(
    [0x02014b50, 4],
    [large ? 45 : 20, 2],
    [large ? 45 : 20, 2],
    [FLAGS, 2],
    [0, 2],
    [0, 2],
    [DATE, 2],
    [crc, 4],
    [size, 4],
    [size, 4],
    [name.byteLength, 2],
    [extra.byteLength, 2],
    [0, 2],
    [0, 2],
    [0, 2],
    [0, 4],
    [large ? LARGE : offset, 4],
    name,
    extra,
  );
}

function directory(files: readonly Written[], offset: number): Uint8Array {
  const headers = files.map(centralHeader);
  const bytes = headers.reduce((sum, header) => sum + header.byteLength, 0);
  const count = files.length;
  const large = count >= 0xffff || offset + bytes >= LARGE;
  const end64 = pack(
    [0x06064b50, 4],
    [44, 8],
    [45, 2],
    [45, 2],
    [0, 4],
    [0, 4],
    [count, 8],
    [count, 8],
    [bytes, 8],
    [offset, 8],
  );
  const locator = pack([0x07064b50, 4], [0, 4], [offset + bytes, 8], [1, 4]);
  const shortCount = large ? 0xffff : count;
  const end = pack(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [shortCount, 2],
    [shortCount, 2],
    [large ? LARGE : bytes, 4],
    [large ? LARGE : offset, 4],
    [0, 2],
  );
  return pack(...headers, ...(large ? [end64, locator] : []), end);
}
