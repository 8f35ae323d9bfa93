import { type ByteSource, type Checkpoint, elementCount } from '@incipit/core';
import {
  bytesOf,
  checkpointOf,
  malformed,
  opening,
  type StoredTensor,
  truncated,
  unsupported,
} from '../common/checkpoint-of.js';
import { storedRange } from '../common/stored-range.js';
import { BLOCK_TYPES, type BlockType } from './block-types.js';
import { type GgufTensor, readGgufHeader } from './gguf-header.js';

interface Placed {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Opens a GGUF file. Quantised tensors are given as float32; each part is read and converted when asked for. */
export function openGguf(source: ByteSource): Promise<Checkpoint> {
  return opening(source, async () => {
    const { metadata, tensors, dataOffset } = await readGgufHeader(source);
    const places: Placed[] = [];
    const stored = tensors.map((tensor) => {
      const type = BLOCK_TYPES.get(tensor.type);
      if (type === undefined) {
        const what = `holds tensor '${tensor.name}' of the quantised type ${tensor.type}`;
        throw unsupported(source, what, 'convert the file to another type: F16, Q8_0, Q4_K');
      }
      return placedTensor(source, tensor, { type, dataOffset, places });
    });
    checkOverlaps(source, places);
    return checkpointOf(source, stored, metadata);
  });
}

function placedTensor(
  source: ByteSource,
  { name, shape, offset }: GgufTensor,
  { type, dataOffset, places }: { readonly type: BlockType; readonly dataOffset: number; readonly places: Placed[] },
): StoredTensor {
  const start = dataOffset + offset;
  const heading = { name, dtype: type.dtype, shape };
  bytesOf(source, heading);
  const row = shape.at(-1) ?? 1;
  if (row % type.values !== 0) {
    throw malformed(
      source,
      `the rows of tensor '${name}' have ${row} values, ${type.name} has ${type.values} in a block`,
    );
  }
  const bytes = (elementCount(shape) / type.values) * type.bytes;
  places.push({ name, start, end: start + bytes });
  if (type.dequantize === undefined) return storedRange(source, start, heading);
  if (!(start + bytes <= source.size)) {
    throw truncated(source, `tensor '${name}' ends at byte ${start + bytes} and the file at ${source.size}`);
  }
  const readPart = (from: number, out: Uint8Array) => readBlocks(source, { start, type }, { from, out });
  return {
    ...heading,
    readPart,
    async read() {
      const out = new Uint8Array(elementCount(shape) * 4);
      await readPart(0, out);
      return out;
    },
  };
}

/** Packed blocks that are read at a time. */
const CHUNK_BLOCKS = 8192;

async function readBlocks(
  source: ByteSource,
  { start, type }: { readonly start: number; readonly type: BlockType },
  { from, out }: { readonly from: number; readonly out: Uint8Array },
): Promise<void> {
  const blockBytes = type.values * 4;
  const last = Math.ceil((from + out.byteLength) / blockBytes);
  for (let block = Math.floor(from / blockBytes); block < last; block += CHUNK_BLOCKS) {
    const count = Math.min(CHUNK_BLOCKS, last - block);
    const bytes = await source.read(start + block * type.bytes, count * type.bytes);
    const values = new Float32Array(count * type.values);
    for (let k = 0; k < count; k++) type.dequantize?.({ bytes, at: k * type.bytes }, values, k * type.values);
    // Values of these blocks that were asked for: not always all, at both ends.
    const at = block * blockBytes - from;
    const skipped = Math.max(0, -at);
    const part = new Uint8Array(values.buffer).subarray(skipped, skipped + out.byteLength - Math.max(0, at));
    out.set(part, Math.max(0, at));
  }
}

function checkOverlaps(source: ByteSource, places: readonly Placed[]): void {
  let before: Placed | undefined;
  for (const place of [...places].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (before !== undefined && place.start < before.end) {
      throw malformed(source, `its tensors '${before.name}' and '${place.name}' overlap`);
    }
    before = place;
  }
}
