import { CheckpointError } from '@incipit/core';
import type { ByteCursor } from '../common/byte-cursor.js';
import { malformed, unsupported } from '../common/checkpoint-of.js';
import { address, type Hdf5File, NOWHERE } from './hdf5-file.js';
import { type HeaderMessage, MESSAGE, uint } from './object-header.js';

/** A name in a group, and where its object's header is. */
export interface Link {
  readonly name: string;
  readonly header: number;
}

const SYMBOL_BYTES = 40;
const MAX_LEVELS = 16;
/** What a link takes as an object. */
const LINK_BYTES = 128;
/** Cache type of a symbol that is a soft link. */
const SOFT = 2;

/**
 * What a group links to, or undefined where the object is none.
 *
 * @throws CheckpointError `malformed`, `unsupported`; `unsafe-path` for links to other files.
 */
export async function linksOf(
  file: Hdf5File,
  messages: readonly HeaderMessage[],
): Promise<readonly Link[] | undefined> {
  const table = messages.find(({ type }) => type === MESSAGE.symbolTable);
  if (table !== undefined) {
    const tree = address(table.body);
    const heap = await readHeap(file, address(table.body));
    return symbolsOf(file, { at: tree, heap, level: MAX_LEVELS });
  }
  const links = messages.filter(({ type }) => type === MESSAGE.link).map(({ body }) => readLink(file, body));
  const info = messages.find(({ type }) => type === MESSAGE.linkInfo);
  if (info === undefined) return links.length > 0 ? links : undefined;
  info.body.skip(1);
  if (info.body.u8() & 1) info.body.skip(8);
  if (address(info.body) !== NOWHERE) {
    throw unsupported(file.source, 'has a group in the newest layout of HDF5', "write it with libver='earliest'");
  }
  return links;
}

function readLink(file: Hdf5File, body: ByteCursor): Link {
  body.skip(1);
  const flags = body.u8();
  const type = flags & 8 ? body.u8() : 0;
  if (flags & 4) body.skip(8);
  if (flags & 16) body.skip(1);
  const name = body.text(uint(body, 1 << (flags & 3)));
  if (type === 64) throw outside(file, name);
  if (type !== 0) throw unsupported(file.source, `has the soft link '${name}'`);
  return { name, header: address(body) };
}

/** A link, or data, that lies in another file: what an attacker would have us read. */
export function outside(file: Hdf5File, name: string): CheckpointError {
  return new CheckpointError({
    code: 'unsafe-path',
    what: `'${file.source.name}' refers from '${name}' to another file`,
    fix: 'copy what it refers to into the file',
  });
}

/** The texts of a group's names. */
async function readHeap(file: Hdf5File, at: number): Promise<Uint8Array> {
  const heap = await file.at(at, 32);
  if (heap.text(4) !== 'HEAP') throw malformed(file.source, `there is no heap at byte ${at}`);
  heap.skip(4);
  const size = heap.u64();
  heap.skip(8);
  return (await file.at(address(heap), size)).bytes;
}

function nameAt(file: Hdf5File, heap: Uint8Array, offset: number): string {
  const end = heap.indexOf(0, offset);
  if (!(offset >= 0 && offset < heap.byteLength && end >= 0))
    throw malformed(file.source, 'a name lies outside its heap');
  file.charge(end - offset);
  file.spend(LINK_BYTES + 2 * (end - offset));
  return new TextDecoder().decode(heap.subarray(offset, end));
}

interface Tree {
  readonly at: number;
  readonly heap: Uint8Array;
  readonly level: number;
}

async function symbolsOf(file: Hdf5File, { at, heap, level }: Tree): Promise<readonly Link[]> {
  const head = await file.at(at, 8);
  const signature = head.text(4);
  if (signature === 'SNOD') {
    head.skip(2);
    const count = head.u16();
    const cursor = await file.at(at + 8, count * SYMBOL_BYTES);
    return Array.from({ length: count }, () => {
      const name = nameAt(file, heap, cursor.u64());
      const header = address(cursor);
      if (cursor.u32() === SOFT) throw unsupported(file.source, `has the soft link '${name}'`);
      cursor.skip(20);
      return { name, header };
    });
  }
  if (signature !== 'TREE' || head.u8() !== 0 || level === 0)
    throw malformed(file.source, `there is no group at byte ${at}`);
  head.skip(1);
  const count = head.u16();
  const cursor = await file.at(at + 24, count * 16);
  const links: Link[] = [];
  for (let k = 0; k < count; k++) {
    cursor.skip(8);
    for (const link of await symbolsOf(file, { at: address(cursor), heap, level: level - 1 })) links.push(link);
  }
  return links;
}
