import { type ByteSource, type Checkpoint, elementCount, type ReadAllowance } from '@incipit/core';
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
import { packedRange } from '../common/packed-range.js';
import { storedRange } from '../common/stored-range.js';
import { BLOCK_TYPES, type BlockType } from './block-types.js';
import { type GgufTensor, readGgufHeader } from './gguf-header.js';

interface Placed {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Opens a GGUF file. Quantised tensors are given as float32; each part is read and converted when asked for. */
export function openGguf(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  return opening(source, async () => {
    const { metadata, tensors, dataOffset } = await readGgufHeader(source, allowance);
    const places: Placed[] = [];
    const stored: ListedTensor[] = [];
    for (const tensor of tensors) {
      const { name, shape } = tensor;
      const type = BLOCK_TYPES.get(tensor.type);
      const dtype = type?.name ?? `type ${tensor.type}`;
      const make = (): StoredTensor => placedTensor(source, tensor, { type, dataOffset, places });
      stored.push(await orUnreadable(source, name, { dtype, shape }, make));
    }
    checkOverlaps(source, places);
    return checkpointOf(source, stored, { allowance, metadata });
  });
}

function placedTensor(
  source: ByteSource,
  { name, shape, offset, type: number }: GgufTensor,
  {
    type,
    dataOffset,
    places,
  }: { readonly type: BlockType | undefined; readonly dataOffset: number; readonly places: Placed[] },
): StoredTensor {
  if (type === undefined) {
    const what = `holds tensor '${name}' of the quantised type ${number}`;
    throw unsupported(source, what, 'convert the file to another type: F16, Q8_0, Q4_K');
  }
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
  const { dequantize } = type;
  if (dequantize === undefined) return storedRange(source, start, heading);
  return packedRange(source, start, heading, {
    values: type.values,
    bytes: type.bytes,
    unpack(packed, blocks) {
      const values = new Float32Array(blocks * type.values);
      for (let k = 0; k < blocks; k++) dequantize({ bytes: packed, at: k * type.bytes }, values, k * type.values);
      return new Uint8Array(values.buffer);
    },
  });
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
