import { type ByteSource, byteSize, type Checkpoint } from '@incipit/core';
import { bytesOf, checkpointOf, malformed, opening, type StoredTensor, truncated } from '../common/checkpoint-of.js';
import { textsOf } from '../common/read-json.js';
import { readInto } from '../common/stored-range.js';
import { contiguousStrides, stridedCopy, swapBytes } from '../common/strided-copy.js';
import { readZipComment, readZipDirectory, type ZipEntry } from '../zip/read-zip.js';
import { unzip, ZippedFile } from '../zip/unzip.js';
import { NPY_START_BYTES, type NpyHeader, npyHeaderBytes, parseNpyHeader } from './npy-header.js';

/** One array, and where its file's bytes come from. */
interface ArrayFile {
  readonly name: string;
  readonly bytes: number;
  /** Compressed data cannot be read in parts. */
  readonly inParts: boolean;
  readInto(offset: number, out: Uint8Array): Promise<void>;
  readAll(): Promise<Uint8Array>;
}

/** Opens an `.npy` file: one tensor, with the file's own name. */
export function openNpy(source: ByteSource): Promise<Checkpoint> {
  return opening(source, async () => {
    const name = source.name.replace(/^.*[/\\]/, '').replace(/\.npy$/i, '');
    const file: ArrayFile = {
      name: name === '' ? 'array' : name,
      bytes: source.size,
      inParts: true,
      readInto: (offset, out) => readInto(source, offset, out),
      readAll: () => source.read(0, source.size),
    };
    return checkpointOf(source, [await arrayTensor(source, file)]);
  });
}

/** Opens an `.npz` archive, plain or compressed; names are those of its files, without `.npy`. */
export function openNpz(source: ByteSource): Promise<Checkpoint> {
  return opening(source, async () => {
    const tensors: StoredTensor[] = [];
    for (const entry of await readZipDirectory(source)) {
      if (!entry.name.endsWith('.npy')) throw malformed(source, `its file '${entry.name}' is not an array`);
      tensors.push(await arrayTensor(source, zipped(source, entry)));
    }
    return checkpointOf(source, tensors, metadataOf(await readZipComment(source)));
  });
}

/** What is written here leaves its metadata in the comment; another's comment is no metadata. */
function metadataOf(comment: string): Readonly<Record<string, string>> {
  try {
    return textsOf(JSON.parse(comment));
  } catch {
    return {};
  }
}

function zipped(source: ByteSource, entry: ZipEntry): ArrayFile {
  const file = new ZippedFile(source, entry);
  return {
    name: entry.name.slice(0, -'.npy'.length),
    bytes: file.bytes,
    inParts: file.inParts,
    readInto: (from, out) => file.readInto(from, out),
    readAll: () => unzip(source, entry),
  };
}

async function arrayTensor(source: ByteSource, file: ArrayFile): Promise<StoredTensor> {
  const start = new Uint8Array(NPY_START_BYTES);
  if (file.bytes < NPY_START_BYTES) throw truncated(source, `array '${file.name}' has ${file.bytes} bytes`);
  await file.readInto(0, start);
  const headerBytes = npyHeaderBytes(source, start);
  if (headerBytes > file.bytes) throw truncated(source, `the header of array '${file.name}' is cut`);
  const text = new Uint8Array(headerBytes);
  await file.readInto(0, text);
  const header = parseNpyHeader(source, text);
  const heading = { name: file.name, dtype: header.dtype, shape: header.shape };
  const bytes = bytesOf(source, heading);
  if (headerBytes + bytes !== file.bytes) {
    throw malformed(source, `array '${file.name}' needs ${bytes} bytes and has ${file.bytes - headerBytes}`);
  }
  const read = async (): Promise<Uint8Array> => toRowMajor((await file.readAll()).subarray(headerBytes), header);
  const plain = file.inParts && !header.bigEndian && !(header.fortran && header.shape.length > 1);
  if (!plain) return { ...heading, read };
  return { ...heading, read, readPart: (from, out) => file.readInto(headerBytes + from, out) };
}

function toRowMajor(data: Uint8Array, { dtype, shape, fortran, bigEndian }: NpyHeader): Uint8Array {
  const itemBytes = byteSize(dtype);
  const bytes = bigEndian ? swapBytes(data, itemBytes) : data;
  if (!fortran || shape.length < 2) return bytes.slice();
  return stridedCopy(bytes, { shape, strides: contiguousStrides(shape, true), offset: 0, itemBytes });
}
