import { type ByteSource, byteSize, type Checkpoint, type ReadAllowance } from '@incipit/core';
import {
  bytesOf,
  checkpointOf,
  type ListedTensor,
  malformed,
  opening,
  orUnreadable,
  type StoredTensor,
  truncated,
} from '../common/checkpoint-of.js';
import { textsOf } from '../common/read-json.js';
import { readInto } from '../common/stored-range.js';
import { contiguousStrides, stridedCopy, swapBytes } from '../common/strided-copy.js';
import { windowed } from '../common/windowed.js';
import { crc32 } from '../zip/crc32.js';
import { FIRST_PIECE_BYTES } from '../zip/inflate.js';
import { readZipComment, readZipDirectory, type ZipEntry } from '../zip/read-zip.js';
import { checkSum, ZippedFile } from '../zip/unzip.js';
import { describeNpy, NPY_START_BYTES, type NpyHeader, npyHeaderBytes, readableNpy } from './npy-header.js';

/** One array, and where its file's bytes come from. */
interface ArrayFile {
  readonly name: string;
  readonly bytes: number;
  /** Compressed data cannot be read in parts. */
  readonly inParts: boolean;
  readInto(offset: number, out: Uint8Array): Promise<void>;
  /** Its first bytes. */
  readHeader(out: Uint8Array): Promise<void>;
  /** All that follows the header, its checksum compared where there is one. */
  readData(header: Uint8Array, out: Uint8Array): Promise<void>;
}

/** A header of the usual length is read at once. */
const FIRST_BYTES = 256;
/** To open an array of an archive takes a while, which counts as memory. */
const ARRAY_BYTES = 8192;

/** Opens an `.npy` file: one tensor, with the file's own name. */
export function openNpy(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  return opening(source, async () => {
    const name = source.name.replace(/^.*[/\\]/, '').replace(/\.npy$/i, '');
    const file: ArrayFile = {
      name: name === '' ? 'array' : name,
      bytes: source.size,
      inParts: true,
      readInto: (offset, out) => readInto(source, offset, out),
      readHeader: (out) => readInto(source, 0, out),
      readData: (header, out) => readInto(source, header.byteLength, out),
    };
    return checkpointOf(source, [await arrayTensor(source, file)], { allowance });
  });
}

/** Opens an `.npz` archive, plain or compressed; names are those of its files, without `.npy`. */
export function openNpz(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  return opening(source, async () => {
    const tensors: ListedTensor[] = [];
    const short = windowed(source);
    for (const entry of await readZipDirectory(source, allowance)) {
      if (!entry.name.endsWith('.npy')) throw malformed(source, `its file '${entry.name}' is not an array`);
      allowance.spend(source, ARRAY_BYTES + (entry.deflated ? headerCost(entry) : 0));
      tensors.push(await arrayTensor(source, zipped(source, entry, short)));
    }
    return checkpointOf(source, tensors, { allowance, metadata: metadataOf(await readZipComment(source)) });
  });
}

/** What is unpacked to read a header, in parts of the time that as many bytes of objects take. */
function headerCost({ storedBytes }: ZipEntry): number {
  return Math.min(storedBytes, FIRST_PIECE_BYTES) * 128;
}

/** What is written here leaves its metadata in the comment; another's comment is no metadata. */
function metadataOf(comment: string): Readonly<Record<string, string>> {
  try {
    return textsOf(JSON.parse(comment));
  } catch {
    return {};
  }
}

/** @param short the same source, for its headers, which are short. */
function zipped(source: ByteSource, entry: ZipEntry, short: ByteSource): ArrayFile {
  const file = new ZippedFile(source, entry);
  return {
    name: entry.name.slice(0, -'.npy'.length),
    bytes: file.bytes,
    inParts: file.inParts,
    readHeader: (out) => new ZippedFile(short, entry).readInto(0, out),
    readInto: (from, out) => file.readInto(from, out),
    async readData(header, out) {
      await file.readInto(header.byteLength, out);
      checkSum(source, entry, crc32(out, crc32(header)));
    },
  };
}

async function arrayTensor(source: ByteSource, file: ArrayFile): Promise<ListedTensor> {
  if (file.bytes < NPY_START_BYTES) throw truncated(source, `array '${file.name}' has ${file.bytes} bytes`);
  const first = new Uint8Array(Math.min(FIRST_BYTES, file.bytes));
  await file.readHeader(first);
  const headerBytes = npyHeaderBytes(source, first);
  if (headerBytes > file.bytes) throw truncated(source, `the header of array '${file.name}' is cut`);
  const text = headerBytes <= first.byteLength ? first.slice(0, headerBytes) : new Uint8Array(headerBytes);
  if (headerBytes > first.byteLength) await file.readHeader(text);
  const described = describeNpy(source, text);
  return orUnreadable(source, file.name, { dtype: described.code, shape: described.shape }, () =>
    storedArray(source, file, { text, header: readableNpy(source, described) }),
  );
}

interface HeaderText {
  readonly text: Uint8Array;
  readonly header: NpyHeader;
}

function storedArray(source: ByteSource, file: ArrayFile, { text, header }: HeaderText): StoredTensor {
  const heading = { name: file.name, dtype: header.dtype, shape: header.shape };
  const headerBytes = text.byteLength;
  const bytes = bytesOf(source, heading);
  if (headerBytes + bytes !== file.bytes) {
    throw malformed(source, `array '${file.name}' needs ${bytes} bytes and has ${file.bytes - headerBytes}`);
  }
  const read = async (): Promise<Uint8Array> => {
    const out = new Uint8Array(bytes);
    await file.readData(text, out);
    return toRowMajor(out, header);
  };
  const turned = header.fortran && header.shape.length > 1;
  const plain = file.inParts && !header.bigEndian && !turned;
  if (!plain) return { ...heading, cost: turned ? 2 * bytes : bytes, read };
  return { ...heading, read, readPart: (from, out) => file.readInto(headerBytes + from, out) };
}

function toRowMajor(data: Uint8Array, { dtype, shape, fortran, bigEndian }: NpyHeader): Uint8Array {
  const itemBytes = byteSize(dtype);
  const bytes = bigEndian ? swapBytes(data, itemBytes) : data;
  if (!fortran || shape.length < 2) return bytes;
  return stridedCopy(bytes, { shape, strides: contiguousStrides(shape, true), offset: 0, itemBytes });
}
