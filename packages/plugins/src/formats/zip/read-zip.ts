import type { ByteSource, ReadAllowance } from '@incipit/core';
import { ByteCursor } from '../common/byte-cursor.js';
import { malformed, truncated, unsupported } from '../common/checkpoint-of.js';

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly deflated: boolean;
  readonly crc32: number;
  /** Bytes in the archive. */
  readonly storedBytes: number;
  /** Bytes when unpacked. */
  readonly bytes: number;
  /** Of the header that stands before the data. */
  readonly headerOffset: number;
}

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT = 0xffff;
const NOT_HERE = 0xffffffff;
const MAX_DIRECTORY_BYTES = 64 << 20;
/** What an entry takes as an object, with its places in sets and maps. */
const ENTRY_BYTES = 1024;
/** Deflate cannot shrink further than this, so that an entry which promises more is a lie. */
const MAX_RATIO = 1032;

/**
 * The files of a zip archive, in the order of its directory. Nothing is unpacked.
 *
 * @throws CheckpointError `malformed`, `truncated`, `too-large` or `unsupported` (encryption, another compression).
 */
export async function readZipDirectory(source: ByteSource, allowance: ReadAllowance): Promise<readonly ZipEntry[]> {
  const { offset, bytes, count } = await findDirectory(source);
  if (bytes > MAX_DIRECTORY_BYTES) throw malformed(source, `its directory takes ${bytes} bytes`);
  if (!(offset + bytes <= source.size)) throw truncated(source, 'its directory lies past its end');
  if (count * CENTRAL_BYTES > bytes) throw malformed(source, `${count} files do not fit its directory`);
  allowance.spend(source, 2 * bytes + ENTRY_BYTES * count);
  const cursor = new ByteCursor(source, await source.read(offset, bytes));
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  for (let k = 0; k < count; k++) {
    const entry = readEntry(source, cursor);
    if (names.has(entry.name)) throw malformed(source, `two of its files are named '${entry.name}'`);
    names.add(entry.name);
    entries.push(entry);
  }
  checkPlaces(source, entries, offset);
  return entries;
}

/** The text that an archive may end in. */
export async function readZipComment(source: ByteSource): Promise<string> {
  const { tail, at } = await findEnd(source);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  return new TextDecoder().decode(tail.subarray(at + END_BYTES, at + END_BYTES + view.getUint16(at + 20, true)));
}

interface Directory {
  readonly offset: number;
  readonly bytes: number;
  readonly count: number;
}

async function findDirectory(source: ByteSource): Promise<Directory> {
  const { tail, at } = await findEnd(source);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const count = view.getUint16(at + 10, true);
  const bytes = view.getUint32(at + 12, true);
  const offset = view.getUint32(at + 16, true);
  const large = count === 0xffff || bytes === NOT_HERE || offset === NOT_HERE;
  return large ? findLargeDirectory(source, source.size - tail.byteLength + at) : { count, bytes, offset };
}

/** The last bytes of the archive, and where in them its end record is. */
async function findEnd(source: ByteSource): Promise<{ readonly tail: Uint8Array; readonly at: number }> {
  const length = Math.min(source.size, END_BYTES + MAX_COMMENT);
  const tail = await source.read(source.size - length, length);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) === END) return { tail, at };
  }
  throw truncated(source, 'it is a zip archive without the directory at its end');
}

/** The 64-bit form, for archives above 4 GiB. */
async function findLargeDirectory(source: ByteSource, endOffset: number): Promise<Directory> {
  if (endOffset < 20) throw malformed(source, 'its 64-bit directory is missing');
  const locator = new ByteCursor(source, await source.read(endOffset - 20, 20));
  if (locator.u32() !== END_64_LOCATOR) throw malformed(source, 'its 64-bit directory is missing');
  locator.skip(4);
  const place = locator.u64();
  if (place + 56 > source.size) throw truncated(source, 'its 64-bit directory lies past its end');
  const end = new ByteCursor(source, await source.read(place, 56));
  if (end.u32() !== END_64) throw malformed(source, 'its 64-bit directory is damaged');
  end.skip(28);
  const count = end.u64();
  return { count, bytes: end.u64(), offset: end.u64() };
}

function readEntry(source: ByteSource, cursor: ByteCursor): ZipEntry {
  if (cursor.u32() !== CENTRAL) throw malformed(source, 'an entry of its directory is damaged');
  cursor.skip(4);
  const flags = cursor.u16();
  const method = cursor.u16();
  cursor.skip(4);
  const crc32 = cursor.u32();
  const short = { storedBytes: cursor.u32(), bytes: cursor.u32() };
  const nameBytes = cursor.u16();
  const extraBytes = cursor.u16();
  const commentBytes = cursor.u16();
  cursor.skip(8);
  const headerOffset = cursor.u32();
  const name = cursor.text(nameBytes);
  const extra = cursor.slice(extraBytes);
  cursor.skip(commentBytes);
  if ((flags & 1) !== 0) throw unsupported(source, `is encrypted ('${name}')`, 'decrypt it first');
  if (method !== 0 && method !== 8) throw unsupported(source, `has '${name}' compressed by method ${method}`);
  const sizes = extraBytes === 0 ? { ...short, headerOffset } : large(extra, { ...short, headerOffset });
  if (method === 0 && sizes.bytes !== sizes.storedBytes) throw malformed(source, `the sizes of '${name}' differ`);
  if (sizes.bytes > (sizes.storedBytes + 1) * MAX_RATIO) {
    throw malformed(source, `'${name}' promises ${sizes.bytes} bytes from ${sizes.storedBytes}, which is impossible`);
  }
  return { name, deflated: method === 8, crc32, ...sizes };
}

type Sizes = Pick<ZipEntry, 'storedBytes' | 'bytes' | 'headerOffset'>;

/** Numbers that do not fit 32 bits stand in an extra field, in this order, each only if it is needed. */
function large(extra: ByteCursor, short: Sizes): Sizes {
  while (extra.left >= 4) {
    const id = extra.u16();
    const length = extra.u16();
    if (id !== 1) {
      extra.skip(Math.min(length, extra.left));
      continue;
    }
    const bytes = short.bytes === NOT_HERE ? extra.u64() : short.bytes;
    const storedBytes = short.storedBytes === NOT_HERE ? extra.u64() : short.storedBytes;
    const headerOffset = short.headerOffset === NOT_HERE ? extra.u64() : short.headerOffset;
    return { bytes, storedBytes, headerOffset };
  }
  return short;
}

/** Files that share bytes are how a small archive pretends to hold petabytes. */
function checkPlaces(source: ByteSource, entries: readonly ZipEntry[], directoryOffset: number): void {
  let end = 0;
  let before = '';
  for (const entry of [...entries].sort((a, b) => a.headerOffset - b.headerOffset)) {
    if (entry.headerOffset < end) throw malformed(source, `its files '${before}' and '${entry.name}' overlap`);
    end = entry.headerOffset + LOCAL_BYTES + entry.name.length + entry.storedBytes;
    before = entry.name;
  }
  if (end > directoryOffset) throw malformed(source, `its file '${before}' reaches into the directory`);
}

/** Where an entry's data starts. */
export async function dataOffset(source: ByteSource, entry: ZipEntry): Promise<number> {
  const header = new ByteCursor(source, await source.read(entry.headerOffset, LOCAL_BYTES));
  if (header.u32() !== LOCAL) throw malformed(source, `the header of its file '${entry.name}' is damaged`);
  header.skip(22);
  const start = entry.headerOffset + LOCAL_BYTES + header.u16() + header.u16();
  if (start + entry.storedBytes > source.size) throw truncated(source, `its file '${entry.name}' ends past its end`);
  return start;
}
