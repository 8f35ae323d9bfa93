/** A file to be stored as it is. */
export interface ZipFile {
  readonly name: string;
  /** Of its content. */
  readonly bytes: number;
}

/** Where a file lies in the archive. */
export interface PlacedFile extends ZipFile {
  /** Of the header before the content. */
  readonly offset: number;
  readonly contentOffset: number;
}

/** One whose content is known. */
export interface StoredFile extends PlacedFile {
  readonly crc: number;
}

const LARGE = 0xffffffff;
/** 1980-01-01: files do not change with the clock. */
const DATE = 0x0021;
/** Names are UTF-8. */
const FLAGS = 0x0800;

/** Lays files out end to end. Sizes above 4 GiB take the 64-bit form. */
export function placeFiles<File extends ZipFile>(files: readonly File[]): readonly (File & PlacedFile)[] {
  let end = 0;
  return files.map((file) => {
    const offset = end;
    const contentOffset = offset + localHeader({ ...file, crc: 0 }).byteLength;
    end = contentOffset + file.bytes;
    return { ...file, offset, contentOffset };
  });
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

/** What stands before a file's content. */
export function localHeader({ name: text, bytes, crc }: ZipFile & { readonly crc: number }): Uint8Array {
  const name = new TextEncoder().encode(text);
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

function centralHeader({ name: text, bytes, crc, offset }: StoredFile): Uint8Array {
  const name = new TextEncoder().encode(text);
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

/** What ends an archive. @param comment at most 65,535 bytes. */
export function directory(files: readonly StoredFile[], offset: number, comment: Uint8Array): Uint8Array {
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
    [comment.byteLength, 2],
    comment,
  );
  return pack(...headers, ...(large ? [end64, locator] : []), end);
}
