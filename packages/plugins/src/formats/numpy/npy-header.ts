import type { ByteSource, DType } from '@incipit/core';
import { malformed, unsupported } from '../common/checkpoint-of.js';

/** What an array's header tells. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  readonly bigEndian: boolean;
}

/** Bytes that always hold the magic, the version and the header's length. */
export const NPY_START_BYTES = 12;
/** numpy's own limit is 10 000. */
const MAX_HEADER_BYTES = 65_535;

const DTYPES: Readonly<Record<string, DType>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
};

export function isNpy(head: Uint8Array): boolean {
  return head[0] === 0x93 && new TextDecoder().decode(head.subarray(1, 6)) === 'NUMPY';
}

/** Bytes of the whole header, told by its first `NPY_START_BYTES`. @throws CheckpointError `malformed`. */
export function npyHeaderBytes(source: Pick<ByteSource, 'name'>, start: Uint8Array): number {
  if (start.byteLength < NPY_START_BYTES || !isNpy(start)) throw malformed(source, 'it is not a numpy array');
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) throw malformed(source, `numpy's format has no version ${version}`);
  const bytes = version === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (bytes > MAX_HEADER_BYTES) throw malformed(source, `its header takes ${bytes} bytes`);
  return bytes;
}

/** What an array's header says, in numpy's words. */
export interface NpyDescription {
  /** Element type; `records` where there are several. */
  readonly code: string;
  readonly shape: readonly number[];
  readonly fortran: boolean;
}

/**
 * Reads the header, a Python literal with three keys; nothing is evaluated.
 *
 * @throws CheckpointError `malformed`.
 */
export function describeNpy(source: Pick<ByteSource, 'name'>, header: Uint8Array): NpyDescription {
  const long = header[6] === 1 ? 10 : 12;
  const text = new TextDecoder().decode(header.subarray(long));
  const descr = /'descr'\s*:\s*(?:'([^']*)'|\[)/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)\b/.exec(text);
  const shape = /'shape'\s*:\s*\(([0-9L,\s]*)\)/.exec(text);
  if (!/^\{[^{}]*\}\s*$/.test(text) || descr === null || order === null || shape === null) {
    throw malformed(source, 'its header is not that of a numpy array');
  }
  return { code: descr[1] ?? 'records', shape: parseShape(source, shape[1] ?? ''), fortran: order[1] === 'True' };
}

/** @throws CheckpointError `unsupported` for arrays of objects, records, text and complex numbers. */
export function readableNpy(source: Pick<ByteSource, 'name'>, { code, shape, fortran }: NpyDescription): NpyHeader {
  const [, endian, kind] = /^([<>|=])([a-zA-Z]\d*)$/.exec(code) ?? [];
  const dtype = kind !== undefined && Object.hasOwn(DTYPES, kind) ? DTYPES[kind] : undefined;
  if (dtype === undefined) {
    const what = code === 'records' ? code : `'${code}'`;
    throw unsupported(source, `holds ${what}`, 'store arrays of bool, integers or floats of 16 to 64 bits');
  }
  return { dtype, shape, fortran, bigEndian: endian === '>' };
}

function parseShape(source: Pick<ByteSource, 'name'>, text: string): number[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  else if (parts.length === 1) throw malformed(source, `its shape is (${text})`);
  if (!parts.every((part) => /^\d+L?$/.test(part))) throw malformed(source, `its shape is (${text})`);
  return parts.map((part) => Number.parseInt(part, 10));
}
