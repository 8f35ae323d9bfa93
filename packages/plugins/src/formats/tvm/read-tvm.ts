import {
  type ByteSource,
  byteSize,
  type Checkpoint,
  type DType,
  elementCount,
  type Float8,
  isDType,
  isJsonObject,
  type ReadAllowance,
  shownValue,
} from '@incipit/core';
import {
  bytesOf,
  checkpointOf,
  type ListedTensor,
  malformed,
  opening,
  orUnreadable,
  unsupported,
} from '../common/checkpoint-of.js';
import { OpenedFiles } from '../common/opened-files.js';
import { float8Packing, packedRange } from '../common/packed-range.js';
import { isCount, readJsonObject, shapeOf } from '../common/read-json.js';
import { storedRange } from '../common/stored-range.js';

/** What a record takes beside its JSON. */
const RECORD_BYTES = 512;

/** Opens a `tensor-cache.json` of TVM (`ndarray-cache.json` before) and the shards that it names. */
export function openTvm(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  const files = new OpenedFiles(source);
  const { whole } = files;
  return opening(whole, async () => {
    const { records: shards, metadata } = await readJsonObject(source, allowance);
    if (!Array.isArray(shards)) throw malformed(source, 'it has no records');
    const tensors: ListedTensor[] = [];
    for (const shard of shards as unknown[]) {
      if (!isJsonObject(shard) || typeof shard.dataPath !== 'string' || !Array.isArray(shard.records)) {
        throw malformed(source, 'a record of it has no dataPath or no records');
      }
      allowance.spend(source, RECORD_BYTES * shard.records.length);
      const file = await files.open(shard.dataPath);
      for (const record of shard.records as unknown[]) tensors.push(await tensorOf(source, file, record));
    }
    const facts = Object.entries(isJsonObject(metadata) ? metadata : {});
    return checkpointOf(whole, tensors, {
      allowance,
      stored: files.stored,
      metadata: Object.fromEntries(
        facts.map(([key, value]) => [key, typeof value === 'string' ? value : shownValue(value)]),
      ),
    });
  });
}

async function tensorOf(source: ByteSource, file: ByteSource, record: unknown): Promise<ListedTensor> {
  if (
    !isJsonObject(record) ||
    typeof record.name !== 'string' ||
    !isCount(record.byteOffset) ||
    !isCount(record.nbytes)
  ) {
    throw malformed(source, 'a tensor of it has no name, byteOffset or nbytes');
  }
  const { name, byteOffset, nbytes, format, dtype } = record;
  const shape = shapeOf(source, name, record.shape);
  return orUnreadable(source, name, { dtype: typeof dtype === 'string' ? dtype : shownValue(dtype), shape }, () => {
    // `f32-to-bf16` says nothing of dtypes other than float32.
    if (format !== undefined && format !== 'raw' && format !== 'f32-to-bf16') {
      throw unsupported(source, `holds '${name}' in the format ${shownValue(format)}`);
    }
    const float8 = FLOAT8.get(dtype);
    const heading = { name, dtype: float8 ? ('float32' as const) : dtypeOf(source, name, dtype), shape };
    const halved = float8 === undefined && heading.dtype === 'float32' && format === 'f32-to-bf16';
    bytesOf(source, heading);
    const itemBytes = halved ? 2 : float8 ? 1 : byteSize(heading.dtype);
    if (elementCount(shape) * itemBytes !== nbytes) {
      throw malformed(source, `tensor '${name}' has ${nbytes} bytes, which do not fit its shape`);
    }
    if (float8) return packedRange(file, byteOffset, heading, float8Packing(float8));
    if (!halved) return storedRange(file, byteOffset, heading);
    return packedRange(file, byteOffset, heading, { values: 1, bytes: 2, unpack: widen });
  });
}

/** As TVM calls them. */
const FLOAT8: ReadonlyMap<unknown, Float8> = new Map([
  ['e4m3_float8', 'float8_e4m3fn'],
  ['e5m2_float8', 'float8_e5m2'],
  ['float8_e4m3fn', 'float8_e4m3fn'],
  ['float8_e4m3fnuz', 'float8_e4m3fnuz'],
  ['float8_e5m2', 'float8_e5m2'],
  ['float8_e5m2fnuz', 'float8_e5m2fnuz'],
  ['float8_e8m0fnu', 'float8_e8m0fnu'],
]);

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
  throw unsupported(source, `holds '${name}' of dtype ${shownValue(dtype)}`);
}
