import { byteSize } from '@incipit/core';
import { malformed, unsupported } from '../common/checkpoint-of.js';
import { copyElements } from '../common/copy-elements.js';
import { contiguousStrides } from '../common/strided-copy.js';
import { inflateInto } from '../zip/inflate.js';
import { chunkBytes, type Dataset } from './dataset.js';
import { address, type Hdf5File } from './hdf5-file.js';

/** A piece of a dataset. */
export interface Chunk {
  readonly at: number;
  readonly bytes: number;
  /** Bit k: filter k was left out. */
  readonly mask: number;
  /** Of its first element. */
  readonly place: readonly number[];
}

const DEFLATE = 1;
const SHUFFLE = 2;
const CHECKSUM = 3;
const MAX_LEVELS = 16;
/** What a chunk takes as an object. */
const CHUNK_BYTES = 160;
/** To read a chunk takes a while, which counts as bytes. */
const LEAST_CHUNK = 4096;
/** What deflate can reach. */
const MAX_RATIO = 1032;

/**
 * The chunks of a dataset.
 *
 * @throws CheckpointError `malformed`; `unsupported` for other filters and for datasets that were not written whole.
 */
export async function chunksOf(file: Hdf5File, dataset: Dataset): Promise<readonly Chunk[]> {
  const { name, shape, layout, filters } = dataset;
  if (layout.kind !== 'chunked') return [];
  const other = filters.find((id) => ![DEFLATE, SHUFFLE, CHECKSUM].includes(id));
  if (other !== undefined) throw unsupported(file.source, `has '${name}' compressed by filter ${other}`, 'use gzip');
  const { chunk, tree } = layout;
  if (chunk.length !== shape.length || chunk.includes(0))
    throw malformed(file.source, `the chunks of '${name}' do not fit`);
  const wanted = shape.reduce((product, extent, axis) => product * Math.ceil(extent / (chunk[axis] ?? 1)), 1);
  const chunks = wanted === 0 ? [] : await readTree(file, { at: tree, axes: shape.length, level: MAX_LEVELS });
  if (chunks.length !== wanted) {
    throw unsupported(file.source, `has ${chunks.length} of the ${wanted} chunks of '${name}'`, 'write all its values');
  }
  const whole = chunkBytes(dataset);
  for (const { at, bytes, place } of chunks) {
    const fits = at >= 0 && at + bytes <= file.source.size && whole <= (bytes + 1) * MAX_RATIO;
    if (!fits || !place.every((start, axis) => start < (shape[axis] ?? 0) && start % (chunk[axis] ?? 1) === 0)) {
      throw malformed(file.source, `a chunk of '${name}' does not fit`);
    }
  }
  return chunks;
}

interface Tree {
  readonly at: number;
  readonly axes: number;
  readonly level: number;
}

async function readTree(file: Hdf5File, { at, axes, level }: Tree): Promise<readonly Chunk[]> {
  const head = await file.at(at, 8);
  if (head.text(4) !== 'TREE' || head.u8() !== 1 || level === 0) {
    throw malformed(file.source, `there is no list of chunks at byte ${at}`);
  }
  const depth = head.u8();
  const count = head.u16();
  const cursor = await file.at(at + 24, count * (24 + 8 * axes));
  const chunks: Chunk[] = [];
  for (let k = 0; k < count; k++) {
    file.spend(CHUNK_BYTES + 8 * axes);
    const bytes = cursor.u32();
    const mask = cursor.u32();
    const place = Array.from({ length: axes }, () => cursor.u64());
    cursor.skip(8);
    const child = address(cursor);
    if (depth === 0) chunks.push({ at: child, bytes, mask, place });
    else for (const chunk of await readTree(file, { at: child, axes, level: level - 1 })) chunks.push(chunk);
  }
  return chunks;
}

/** Bytes that are unpacked and copied to read a dataset: each chunk is held up to three times. */
export function chunksCost(dataset: Dataset, bytes: number, chunks: readonly Chunk[]): number {
  const whole = chunkBytes(dataset);
  return bytes + Math.max(2 * whole, chunks.length * Math.max(whole, LEAST_CHUNK) - bytes);
}

/** The whole dataset, put together. */
export async function readChunked(file: Hdf5File, dataset: Dataset, chunks: readonly Chunk[]): Promise<Uint8Array> {
  const { shape, dtype, layout } = dataset;
  const itemBytes = byteSize(dtype);
  const out = new Uint8Array(shape.reduce((product, extent) => product * extent, itemBytes));
  const extents = layout.kind === 'chunked' ? layout.chunk : [];
  for (const chunk of chunks) {
    const bytes = await unfilter(file, dataset, chunk);
    copyChunk(bytes, out, { shape, extents, place: chunk.place, itemBytes });
  }
  return out;
}

async function unfilter(file: Hdf5File, dataset: Dataset, chunk: Chunk): Promise<Uint8Array> {
  const whole = chunkBytes(dataset);
  const applied = dataset.filters.filter((_, position) => ((chunk.mask >> position) & 1) === 0);
  const checked = applied.at(-1) === CHECKSUM ? 4 : 0;
  let bytes: Uint8Array;
  if (applied.includes(DEFLATE)) {
    bytes = new Uint8Array(whole);
    const packed = { offset: chunk.at, bytes: chunk.bytes - checked, form: 'deflate' } as const;
    const filled = await inflateInto(file.source, packed, { from: 0, out: bytes }).catch((cause) => {
      throw malformed(file.source, `a chunk of '${dataset.name}' cannot be unpacked`, cause);
    });
    if (filled < whole) throw malformed(file.source, `a chunk of '${dataset.name}' is too short`);
  } else {
    if (chunk.bytes - checked < whole) throw malformed(file.source, `a chunk of '${dataset.name}' is too short`);
    bytes = await file.source.read(chunk.at, whole);
  }
  return applied.includes(SHUFFLE) ? unshuffle(bytes, byteSize(dataset.dtype)) : bytes;
}

/** The first bytes of all elements, then the second bytes, and so on → elements. */
function unshuffle(bytes: Uint8Array, itemBytes: number): Uint8Array {
  const out = new Uint8Array(bytes.byteLength);
  const count = bytes.byteLength / itemBytes;
  for (let byte = 0; byte < itemBytes; byte++) {
    for (let k = 0; k < count; k++) out[k * itemBytes + byte] = bytes[byte * count + k] ?? 0;
  }
  return out;
}

interface ChunkCopy {
  readonly shape: readonly number[];
  readonly extents: readonly number[];
  readonly place: readonly number[];
  readonly itemBytes: number;
}

/** What of a chunk lies beyond the dataset's edge is left out. */
function copyChunk(chunk: Uint8Array, out: Uint8Array, { shape, extents, place, itemBytes }: ChunkCopy): void {
  const inside = shape.map((extent, axis) => Math.min(extents[axis] ?? 1, extent - (place[axis] ?? 0)));
  const strides = contiguousStrides(shape);
  const offset = place.reduce((sum, start, axis) => sum + start * (strides[axis] ?? 0), 0);
  const source = { bytes: chunk, strides: contiguousStrides(extents), offset: 0 };
  copyElements(source, { bytes: out, strides, offset }, { shape: inside, itemBytes });
}
