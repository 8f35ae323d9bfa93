import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../../zip/crc32.js';

/** A file that tries to take time or memory without end. */
export interface Attack {
  /** What it does; begins with its format. */
  readonly title: string;
  /** Name of the file. */
  readonly file: string;
  make(): Uint8Array;
  /** Files beside it. */
  beside?(): Readonly<Record<string, Uint8Array>>;
}

/** Each character a byte. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** A number of 1 to 8 bytes, least first. */
export function le(value: number, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  for (let k = 0, rest = value; k < bytes; k++, rest = Math.floor(rest / 256)) out[k] = rest % 256;
  return out;
}

export function bytes(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  return joined(parts);
}

/** As `bytes`, of more parts than a call can have. */
export function joined(parts: readonly (Uint8Array | string)[]): Uint8Array {
  if (parts.every((part) => typeof part === 'string')) return latin1(parts.join(''));
  return new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? latin1(part) : part))));
}

/** The same bytes, many times. */
export function repeated(part: Uint8Array | string, times: number): Uint8Array {
  const one = typeof part === 'string' ? latin1(part) : part;
  return new Uint8Array(Buffer.alloc(one.byteLength * times, one));
}

/** `make(0)`, `make(1)` and so on, end to end. */
export function series(count: number, make: (k: number) => Uint8Array | string): Uint8Array {
  return joined(Array.from({ length: count }, (_, k) => make(k)));
}

interface ZipPart {
  readonly name: string;
  readonly content: Uint8Array;
  readonly stored?: boolean;
  /** What it says it unpacks to. */
  readonly claims?: number;
}

/** A zip archive. */
export function zip(parts: readonly ZipPart[]): Uint8Array {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, content, stored = false, claims = content.byteLength } of parts) {
    const data = stored ? content : new Uint8Array(deflateRawSync(content));
    const sums = [le(crc32(content), 4), le(data.byteLength, 4), le(claims, 4), le(name.length, 2)];
    const method = le(stored ? 0 : 8, 2);
    files.push(bytes('PK\x03\x04', le(20, 2), le(0, 2), method, le(0, 4), ...sums, le(0, 2), name, data));
    const place = [le(0, 2), le(0, 2), le(0, 8), le(at, 4), name];
    directory.push(bytes('PK\x01\x02', le(20, 2), le(20, 2), le(0, 2), method, le(0, 4), ...sums, ...place));
    at += files.at(-1)?.byteLength ?? 0;
  }
  const list = joined(directory);
  const count = parts.length;
  const large = bytes(
    'PK\x06\x06',
    le(44, 8),
    le(0, 12),
    le(count, 8),
    le(count, 8),
    le(list.byteLength, 8),
    le(at, 8),
  );
  const locator = bytes('PK\x06\x07', le(0, 4), le(at + list.byteLength, 8), le(1, 4));
  const end = bytes(
    'PK\x05\x06',
    le(0, 4),
    le(0xffff, 2),
    le(0xffff, 2),
    le(0xffffffff, 4),
    le(0xffffffff, 4),
    le(0, 2),
  );
  return bytes(joined(files), list, large, locator, end);
}
