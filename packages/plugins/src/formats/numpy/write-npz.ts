import {
  CheckpointError,
  type ClosingPieces,
  type DType,
  type FileLayout,
  type LayoutRequest,
  type Segment,
  type TensorHeading,
  tensorBytes,
} from '@incipit/core';
import { crc32, joinCrc32 } from '../zip/crc32.js';
import { directory, localHeader, type PlacedFile, placeFiles } from '../zip/write-zip.js';

const CODES: Partial<Readonly<Record<DType, string>>> = {
  float16: '<f2',
  float32: '<f4',
  float64: '<f8',
  int8: '|i1',
  int16: '<i2',
  int32: '<i4',
  int64: '<i8',
  uint8: '|u1',
  uint16: '<u2',
  uint32: '<u4',
  uint64: '<u8',
  bool: '|b1',
};
/** numpy starts data at a multiple of this. */
const ALIGNMENT = 64;

/** Most bytes of an archive's comment, which holds the metadata: numpy has no place for them. */
const MAX_COMMENT = 0xffff;

/** An `.npz` archive without compression, as `numpy.savez` writes it. */
export function layOutNpz({ name: file, tensors, metadata }: LayoutRequest): FileLayout {
  const comment = encodeComment(metadata);
  const arrays = placeFiles(
    tensors.map((tensor) => {
      const header = encodeHeader(tensor);
      const dataBytes = tensorBytes(tensor);
      return {
        tensor: tensor.name,
        name: `${tensor.name}.npy`,
        header,
        dataBytes,
        bytes: header.byteLength + dataBytes,
      };
    }),
  );
  const places = arrays.map(({ tensor, contentOffset, header, dataBytes }): [string, readonly Segment[]] => {
    return [tensor, [{ file, at: contentOffset + header.byteLength, bytes: dataBytes }]];
  });
  const pieces = arrays.map(({ header, contentOffset }) => ({ file, at: contentOffset, bytes: header }));
  return { files: [file], places: new Map(places), pieces, closing: closing(file, arrays, comment) };
}

interface PlacedArray extends PlacedFile {
  readonly tensor: string;
  readonly header: Uint8Array;
}

/** Checksums stand before the data and at the end: both are written when all data have passed, in whatever order. */
function closing(file: string, arrays: readonly PlacedArray[], comment: Uint8Array): ClosingPieces {
  const stretches = new Map<string, Stretch[]>(arrays.map(({ tensor }) => [tensor, []]));
  return {
    saw: (tensor, bytes, byteOffset) => addStretch(stretches.get(tensor) ?? [], bytes, byteOffset),
    pieces() {
      const files = arrays.map((array) => {
        const sorted = (stretches.get(array.tensor) ?? []).sort((a, b) => a.start - b.start);
        const crc = sorted.reduce((sum, { start, end, crc }) => joinCrc32(sum, crc, end - start), crc32(array.header));
        return { ...array, crc };
      });
      const last = files.at(-1);
      const end = last === undefined ? 0 : last.contentOffset + last.bytes;
      const headers = files.map((array) => ({ file, at: array.offset, bytes: localHeader(array) }));
      return [...headers, { file, at: end, bytes: directory(files, end, comment) }];
    },
  };
}

/** Bytes that were written one after the other, and their checksum. */
interface Stretch {
  readonly start: number;
  end: number;
  crc: number;
}

function addStretch(stretches: Stretch[], bytes: Uint8Array, start: number): void {
  const end = start + bytes.byteLength;
  const before = stretches.at(-1);
  if (before?.end !== start) {
    stretches.push({ start, end, crc: crc32(bytes) });
    return;
  }
  before.crc = crc32(bytes, before.crc);
  before.end = end;
}

function encodeComment(metadata: Readonly<Record<string, string>>): Uint8Array {
  if (Object.keys(metadata).length === 0) return new Uint8Array(0);
  const comment = new TextEncoder().encode(JSON.stringify(metadata));
  if (comment.byteLength <= MAX_COMMENT) return comment;
  throw new CheckpointError({
    code: 'unsupported',
    what: `the metadata take ${comment.byteLength} bytes, and an archive has room for ${MAX_COMMENT}`,
    fix: 'give less metadata, or write safetensors',
  });
}

function encodeHeader({ name, dtype, shape }: TensorHeading): Uint8Array {
  const code = CODES[dtype];
  if (code === undefined) {
    throw new CheckpointError({
      code: 'unknown-dtype',
      what: `tensor '${name}' is ${dtype}, which numpy does not have`,
      fix: 'write float32, or safetensors',
      path: name,
    });
  }
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${code}', 'fortran_order': False, 'shape': (${extents}), }`;
  const total = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const out = new Uint8Array(total).fill(0x20);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(out.buffer).setUint16(8, total - 10, true);
  out.set(new TextEncoder().encode(text), 10);
  out[total - 1] = 0x0a;
  return out;
}
