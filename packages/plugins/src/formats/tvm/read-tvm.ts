import {
  type ByteSource,
  byteSize,
  type Checkpoint,
  type DType,
  elementCount,
  isDType,
  openBeside,
} from '@incipit/core';
import { bytesOf, checkpointOf, malformed, opening, type StoredTensor, unsupported } from '../common/checkpoint-of.js';
import { packedRange } from '../common/packed-range.js';
import { isCount, isRecord, MAX_SHARDS, readJsonObject, shapeOf } from '../common/read-json.js';
import { storedRange } from '../common/stored-range.js';

/** Opens a `tensor-cache.json` of TVM (`ndarray-cache.json` before) and the shards that it names. */
export function openTvm(source: ByteSource): Promise<Checkpoint> {
  const open: ByteSource[] = [source];
  const close = async (): Promise<void> => {
    for (const file of open) await file.close();
  };
  const whole = { ...source, close };
  return opening(whole, async () => {
    const { records: shards, metadata } = await readJsonObject(source);
    if (!Array.isArray(shards)) throw malformed(source, 'it has no records');
    if (shards.length > MAX_SHARDS) throw malformed(source, `it names more than ${MAX_SHARDS} shards`);
    const tensors: StoredTensor[] = [];
    for (const shard of shards as unknown[]) {
      if (!isRecord(shard) || typeof shard.dataPath !== 'string' || !Array.isArray(shard.records)) {
        throw malformed(source, 'a record of it has no dataPath or no records');
      }
      const file = await openBeside(source, shard.dataPath);
      open.push(file);
      for (const record of shard.records as unknown[]) tensors.push(tensorOf(source, file, record));
    }
    const facts = Object.entries(isRecord(metadata) ? metadata : {});
    return checkpointOf(
      whole,
      tensors,
      Object.fromEntries(facts.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)])),
    );
  });
}

function tensorOf(source: ByteSource, file: ByteSource, record: unknown): StoredTensor {
  if (!isRecord(record) || typeof record.name !== 'string' || !isCount(record.byteOffset) || !isCount(record.nbytes)) {
    throw malformed(source, 'a tensor of it has no name, byteOffset or nbytes');
  }
  const { name, byteOffset, nbytes, format } = record;
  const heading = { name, dtype: dtypeOf(source, name, record.dtype), shape: shapeOf(source, name, record.shape) };
  const halved = heading.dtype === 'float32' && format === 'f32-to-bf16';
  // `f32-to-bf16` says nothing of dtypes other than float32.
  if (format !== undefined && format !== 'raw' && format !== 'f32-to-bf16') {
    throw unsupported(source, `holds '${name}' in the format ${JSON.stringify(format)}`);
  }
  bytesOf(source, heading);
  const itemBytes = halved ? 2 : byteSize(heading.dtype);
  if (elementCount(heading.shape) * itemBytes !== nbytes) {
    throw malformed(source, `tensor '${name}' has ${nbytes} bytes, which do not fit its shape`);
  }
  if (!halved) return storedRange(file, byteOffset, heading);
  return packedRange(file, byteOffset, heading, { values: 1, bytes: 2, unpack: widen });
}

/** The upper halves of float32. */
function widen(packed: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(count * 4);
  for (let k = 0; k < count; k++) {
    out[4 * k + 2] = packed[2 * k] ?? 0;
    out[4 * k + 3] = packed[2 * k + 1] ?? 0;
  }
  return out;
}

function dtypeOf(source: ByteSource, name: string, dtype: unknown): DType {
  if (isDType(dtype)) return dtype;
  throw unsupported(source, `holds '${name}' of dtype ${JSON.stringify(dtype)}`);
}
