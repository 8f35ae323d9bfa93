import type { ByteCursor } from '../common/byte-cursor.js';
import { malformed } from '../common/checkpoint-of.js';
import { address, type Hdf5File } from './hdf5-file.js';

/** What an object says of itself: its shape, its type, where its data is, what it links to. */
export interface HeaderMessage {
  readonly type: number;
  readonly body: ByteCursor;
}

export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

/** What a message takes as objects. */
const MESSAGE_BYTES = 384;
/** Bit of a message's flags: it lies elsewhere and is shared. */
const SHARED = 2;

interface Block {
  readonly at: number;
  readonly length: number;
}

/** How messages are framed: by the header's version and flags. */
interface Framing {
  readonly version: 1 | 2;
  readonly ordered: boolean;
}

/** All messages of the object at an address. @throws CheckpointError `malformed` or `truncated`. */
export async function readObjectHeader(file: Hdf5File, at: number): Promise<readonly HeaderMessage[]> {
  const { framing, block } = await readPrefix(file, at);
  const messages: HeaderMessage[] = [];
  const blocks: Block[] = [block];
  for (const { at: start, length } of blocks) {
    const cursor = await file.at(start, length);
    while (cursor.left >= (framing.version === 1 ? 8 : 4)) {
      file.spend(MESSAGE_BYTES);
      const message = readMessage(cursor, framing);
      if (message.type !== MESSAGE.continuation) messages.push(message);
      else blocks.push(await continuation(file, message.body, framing));
    }
  }
  return messages;
}

async function readPrefix(file: Hdf5File, at: number): Promise<{ readonly framing: Framing; readonly block: Block }> {
  const start = await file.at(at, 16);
  const version = start.u8();
  if (version === 1) {
    start.skip(7);
    return { framing: { version: 1, ordered: false }, block: { at: at + 16, length: start.u32() } };
  }
  start.at = 0;
  if (start.text(4) !== 'OHDR' || start.u8() !== 2) throw malformed(file.source, `there is no object at byte ${at}`);
  const flags = start.u8();
  const sizeBytes = 1 << (flags & 3);
  const before = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const size = uint(await file.at(at + before, sizeBytes), sizeBytes);
  return {
    framing: { version: 2, ordered: (flags & 4) !== 0 },
    block: { at: at + before + sizeBytes, length: size },
  };
}

function readMessage(cursor: ByteCursor, { version, ordered }: Framing): HeaderMessage {
  const type = version === 1 ? cursor.u16() : cursor.u8();
  const length = cursor.u16();
  const flags = cursor.u8();
  cursor.skip(version === 1 ? 3 : ordered ? 2 : 0);
  const body = cursor.slice(length);
  // A shared datatype would have to be looked up elsewhere; no library of weights writes one.
  return { type: flags & SHARED && type === MESSAGE.datatype ? -1 : type, body };
}

async function continuation(file: Hdf5File, body: ByteCursor, { version }: Framing): Promise<Block> {
  const at = address(body);
  const length = body.u64();
  if (version === 1) return { at, length };
  if ((await file.at(at, 4)).text(4) !== 'OCHK') throw malformed(file.source, `there is no header at byte ${at}`);
  // Between the signature and the checksum.
  return { at: at + 4, length: length - 8 };
}

/** An unsigned number of 1, 2, 4 or 8 bytes. */
export function uint(cursor: ByteCursor, bytes: number): number {
  if (bytes === 1) return cursor.u8();
  if (bytes === 2) return cursor.u16();
  return bytes === 4 ? cursor.u32() : cursor.u64();
}
