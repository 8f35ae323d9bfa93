import { type ByteSource, byteSize, type Checkpoint, elementCount, type ReadAllowance } from '@incipit/core';
import {
  bytesOf,
  checkpointOf,
  type ListedTensor,
  malformed,
  opening,
  orUnreadable,
  type StoredTensor,
  unsupported,
} from '../common/checkpoint-of.js';
import { storedRange } from '../common/stored-range.js';
import { swapBytes } from '../common/strided-copy.js';
import { dataOffset, readZipDirectory } from '../zip/read-zip.js';
import { unzip } from '../zip/unzip.js';
import { chunksCost, chunksOf, readChunked } from './chunks.js';
import { type Dataset, datasetOf, headingOf, isDataset } from './dataset.js';
import { linksOf } from './groups.js';
import { Hdf5File, NOWHERE } from './hdf5-file.js';
import { readObjectHeader } from './object-header.js';

const MAX_DEPTH = 32;
/** Paths up to this length are no burden. */
const FREE_PATH = 1024;
/** What an object takes, and the time to visit it. */
const OBJECT_BYTES = 2048;
/** The weights in a `.keras` archive. */
const KERAS_WEIGHTS = 'model.weights.h5';

/** Opens an HDF5 file: all its datasets, by their paths with dots for slashes. */
export function openHdf5(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  return opening(source, () => openFrom(source, source, allowance));
}

/** Opens a `.keras` archive: its weights are an HDF5 file, which mostly is stored as it is. */
export function openKeras(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  return opening(source, async () => {
    const entry = (await readZipDirectory(source, allowance)).find(({ name }) => name === KERAS_WEIGHTS);
    if (entry === undefined) throw malformed(source, `it has no ${KERAS_WEIGHTS}`);
    if (entry.deflated) allowance.checkExpansion(source, source.size, entry.bytes);
    const bytes = entry.deflated ? await unzip(source, entry) : undefined;
    const start = bytes === undefined ? await dataOffset(source, entry) : 0;
    const inner: ByteSource = {
      name: source.name,
      size: entry.bytes,
      read: async (offset, length) =>
        bytes === undefined ? source.read(start + offset, length) : bytes.slice(offset, offset + length),
      close: () => source.close(),
    };
    return openFrom(source, inner, allowance);
  });
}

async function openFrom(source: ByteSource, inner: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  const file = new Hdf5File(inner, allowance);
  const tensors: ListedTensor[] = [];
  await visit(file, { path: '', at: await file.rootAddress(), depth: MAX_DEPTH }, tensors);
  return checkpointOf({ ...inner, close: () => source.close() }, tensors, { allowance, stored: source.size });
}

interface Visited {
  readonly path: string;
  readonly at: number;
  readonly depth: number;
}

async function visit(file: Hdf5File, { path, at, depth }: Visited, tensors: ListedTensor[]): Promise<void> {
  // A group that holds itself would give ever longer paths.
  if (path.length > FREE_PATH) file.charge(path.length);
  if (depth === 0) throw malformed(file.source, 'its groups are nested without end');
  file.spend(OBJECT_BYTES);
  const messages = await readObjectHeader(file, at);
  if (isDataset(messages)) {
    const make = async (): Promise<StoredTensor> => tensorOf(file, datasetOf(file, path, messages));
    tensors.push(await orUnreadable(file.source, path, headingOf(file, path, messages), make));
    return;
  }
  for (const { name, header } of (await linksOf(file, messages)) ?? []) {
    await visit(file, { path: path === '' ? name : `${path}.${name}`, at: header, depth: depth - 1 }, tensors);
  }
}

async function tensorOf(file: Hdf5File, dataset: Dataset): Promise<StoredTensor> {
  const { name, dtype, shape, layout, bigEndian } = dataset;
  const heading = { name, dtype, shape };
  const bytes = bytesOf(file.source, heading);
  const native = (data: Uint8Array): Uint8Array => (bigEndian ? swapBytes(data, byteSize(dtype)) : data);
  if (elementCount(shape) === 0) return { ...heading, read: async () => new Uint8Array(0) };
  if (layout.kind === 'chunked') {
    const chunks = await chunksOf(file, dataset);
    const cost = chunksCost(dataset, bytes, chunks);
    return { ...heading, cost, read: async () => native(await readChunked(file, dataset, chunks)) };
  }
  if (layout.kind === 'contiguous' && layout.at === NOWHERE) {
    throw unsupported(file.source, `holds '${name}', which was never written`);
  }
  const has = layout.kind === 'compact' ? layout.bytes.byteLength : layout.length;
  if (has !== bytes || dataset.filters.length > 0) {
    throw malformed(file.source, `'${name}' has ${has} bytes and its shape needs ${bytes}`);
  }
  if (layout.kind === 'compact') return { ...heading, read: async () => native(layout.bytes.slice()) };
  const stored = storedRange(file.source, layout.at, heading);
  return bigEndian ? { ...heading, read: async () => native(await stored.read()) } : stored;
}
