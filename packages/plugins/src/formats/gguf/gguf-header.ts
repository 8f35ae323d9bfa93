import type { ByteSource, ReadAllowance } from '@incipit/core';
import { ByteCursor, EndOfBytes } from '../common/byte-cursor.js';
import { malformed, unsupported } from '../common/checkpoint-of.js';

/** A tensor as the header tells of it. */
export interface GgufTensor {
  readonly name: string;
  /** Outermost first; the file has them the other way round. */
  readonly shape: readonly number[];
  readonly type: number;
  /** From the start of the data. */
  readonly offset: number;
}

export interface GgufHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly GgufTensor[];
  readonly dataOffset: number;
}

const MAGIC = 0x46554747;
const FIRST_BYTES = 1 << 18;
const MAX_HEADER_BYTES = 256 << 20;
const MAX_AXES = 8;
/** What an entry of the header takes as objects. */
const FACT_BYTES = 256;
const MAX_NESTING = 4;
const DEFAULT_ALIGNMENT = 32;

export function isGguf(head: Uint8Array): boolean {
  return head.byteLength >= 4 && new DataView(head.buffer, head.byteOffset).getUint32(0, true) === MAGIC;
}

/** The header does not say how long it is: more of the file is read until it ends. */
export async function readGgufHeader(source: ByteSource, allowance: ReadAllowance): Promise<GgufHeader> {
  for (let length = FIRST_BYTES; ; length *= 4) {
    const bytes = Math.min(length, source.size, MAX_HEADER_BYTES);
    allowance.spend(source, bytes);
    const head = await source.read(0, bytes);
    try {
      return parseHeader(source, new ByteCursor(source, head), allowance);
    } catch (error) {
      if (!(error instanceof EndOfBytes) || head.byteLength === source.size || length >= MAX_HEADER_BYTES) throw error;
    }
  }
}

function parseHeader(source: ByteSource, cursor: ByteCursor, allowance: ReadAllowance): GgufHeader {
  cursor.skip(4);
  const version = cursor.u32();
  if (version >= 1 << 16) throw unsupported(source, 'is a big-endian GGUF file', 'convert it to little-endian');
  if (version !== 2 && version !== 3) throw unsupported(source, `is GGUF of version ${version}`, 'convert it to 3');
  const tensorCount = cursor.u64();
  const metadataCount = cursor.u64();
  const metadata: [string, string][] = [];
  for (let k = 0; k < metadataCount; k++) {
    const start = cursor.at;
    metadata.push([cursor.text(cursor.u64()), readValue(source, cursor)]);
    allowance.spend(source, FACT_BYTES + 2 * (cursor.at - start));
  }
  const tensors: GgufTensor[] = [];
  for (let k = 0; k < tensorCount; k++) {
    allowance.spend(source, FACT_BYTES);
    tensors.push(readTensor(source, cursor));
  }
  const known = Object.fromEntries(metadata);
  const alignment = Number(known['general.alignment'] ?? DEFAULT_ALIGNMENT);
  if (!(alignment > 0 && alignment <= 1 << 20 && alignment % 8 === 0)) {
    throw malformed(source, `its alignment is ${alignment}`);
  }
  return { metadata: known, tensors, dataOffset: Math.ceil(cursor.at / alignment) * alignment };
}

function readTensor(source: ByteSource, cursor: ByteCursor): GgufTensor {
  const name = cursor.text(cursor.u64());
  const axes = cursor.u32();
  if (axes > MAX_AXES) throw malformed(source, `tensor '${name}' has ${axes} axes`);
  const shape = Array.from({ length: axes }, () => cursor.u64()).reverse();
  return { name, shape, type: cursor.u32(), offset: cursor.u64() };
}

/** Bytes of the scalar types, by number. */
const SCALARS: readonly ((cursor: ByteCursor) => number | bigint | boolean)[] = [
  (c) => c.u8(),
  (c) => (c.u8() << 24) >> 24,
  (c) => c.u16(),
  (c) => (c.u16() << 16) >> 16,
  (c) => c.u32(),
  (c) => c.i32(),
  (c) => c.f32(),
  (c) => c.u8() !== 0,
];
const WIDTHS: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const TEXT = 8;
const LIST = 9;

function readValue(source: ByteSource, cursor: ByteCursor): string {
  const type = cursor.u32();
  const scalar = SCALARS[type];
  if (scalar !== undefined) return String(scalar(cursor));
  if (type === TEXT) return cursor.text(cursor.u64());
  if (type === LIST) return `${skipList(source, cursor, 0)} values`;
  if (type === 10) return String(BigInt.asUintN(64, cursor.i64()));
  if (type === 11) return String(cursor.i64());
  if (type === 12) return String(cursor.f64());
  throw malformed(source, `its metadata has the unknown type ${type}`);
}

/** Vocabularies and the like: passed over. @returns how long the list is. */
function skipList(source: ByteSource, cursor: ByteCursor, depth: number): number {
  const type = cursor.u32();
  const count = cursor.u64();
  const width = WIDTHS[type];
  if (width === undefined || depth > MAX_NESTING) throw malformed(source, `its metadata has a list of type ${type}`);
  if (width > 0) cursor.skip(width * count);
  else if (type === TEXT) for (let k = 0; k < count; k++) cursor.skip(cursor.u64());
  else for (let k = 0; k < count; k++) skipList(source, cursor, depth + 1);
  return count;
}
