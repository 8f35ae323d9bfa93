import { type ByteSource, byteSize, elementCount, type Float8, widenFloat8 } from '@incipit/core';
import { bytesOf, type StoredTensor, truncated } from './checkpoint-of.js';

/** Values that lie in the file in another form, block by block. */
export interface Packing {
  /** Values of a block. */
  readonly values: number;
  /** Bytes of a block in the file. */
  readonly bytes: number;
  /** Whole blocks → their values, little-endian, in the tensor's dtype. */
  unpack(packed: Uint8Array, blocks: number): Uint8Array;
}

/** Floats of 8 bits, given out as float32. */
export function float8Packing(kind: Float8): Packing {
  return { values: 1, bytes: 1, unpack: (packed) => widenFloat8(packed, kind) };
}

/** Values that are unpacked at a time. */
const CHUNK_VALUES = 1 << 18;

/**
 * A tensor that is unpacked as it is read, whole or in parts. Its element count must be whole blocks.
 *
 * @throws CheckpointError `truncated` when the file ends before its bytes.
 */
export function packedRange(
  source: ByteSource,
  offset: number,
  heading: Pick<StoredTensor, 'name' | 'dtype' | 'shape'>,
  packing: Packing,
): StoredTensor {
  const bytes = bytesOf(source, heading);
  const end = offset + (elementCount(heading.shape) / packing.values) * packing.bytes;
  if (!(offset >= 0 && end <= source.size)) {
    throw truncated(source, `tensor '${heading.name}' ends at byte ${end} and the file at ${source.size}`);
  }
  const blockBytes = packing.values * byteSize(heading.dtype);
  const chunk = Math.max(1, Math.floor(CHUNK_VALUES / packing.values));
  const readPart = async (from: number, out: Uint8Array): Promise<void> => {
    const last = Math.ceil((from + out.byteLength) / blockBytes);
    for (let block = Math.floor(from / blockBytes); block < last; block += chunk) {
      const count = Math.min(chunk, last - block);
      const packed = await source.read(offset + block * packing.bytes, count * packing.bytes);
      const values = packing.unpack(packed, count);
      // What was asked for may begin and end within a block.
      const at = block * blockBytes - from;
      const skipped = Math.max(0, -at);
      out.set(values.subarray(skipped, skipped + out.byteLength - Math.max(0, at)), Math.max(0, at));
    }
  };
  return {
    ...heading,
    readPart,
    async read() {
      const out = new Uint8Array(bytes);
      await readPart(0, out);
      return out;
    },
  };
}
