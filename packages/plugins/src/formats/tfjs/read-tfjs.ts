import {
  type ByteSource,
  byteSize,
  type Checkpoint,
  convert,
  type DType,
  elementCount,
  openBeside,
} from '@incipit/core';
import { bytesOf, checkpointOf, malformed, opening, type StoredTensor, unsupported } from '../common/checkpoint-of.js';
import { concatenated } from '../common/concatenated.js';
import { packedRange } from '../common/packed-range.js';
import { isRecord, MAX_SHARDS, readJson, shapeOf, textsOf } from '../common/read-json.js';
import { storedRange } from '../common/stored-range.js';

/** How a weight was made smaller. */
interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale: number;
  readonly min: number;
}

/** A weight of a manifest. */
interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly quantization?: Quantization;
}

const DTYPES: Readonly<Record<string, DType>> = {
  float32: 'float32',
  int32: 'int32',
  bool: 'bool',
  float16: 'float16',
};

/**
 * Opens a `model.json` or a manifest of TensorFlow.js and the shards that it names; quantised weights are given in their own
 * dtype.
 */
export function openTfjs(source: ByteSource): Promise<Checkpoint> {
  const open: ByteSource[] = [source];
  const whole = { ...source, close: () => closeAll(open) };
  return opening(whole, async () => {
    const json = await readJson(source);
    const { weightsManifest: groups, userDefinedMetadata } = isRecord(json) ? json : { weightsManifest: json };
    if (!Array.isArray(groups)) throw malformed(source, 'it has no weightsManifest');
    const tensors: StoredTensor[] = [];
    for (const group of groups as unknown[]) {
      if (!isRecord(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights)) {
        throw malformed(source, 'its weightsManifest is not a list of { paths, weights }');
      }
      const shards = await openShards(source, group.paths, open);
      tensors.push(
        ...groupTensors(
          shards,
          group.weights.map((weight) => weightOf(source, weight)),
        ),
      );
    }
    return checkpointOf(whole, tensors, textsOf(userDefinedMetadata));
  });
}

async function closeAll(sources: readonly ByteSource[]): Promise<void> {
  for (const source of sources) await source.close();
}

async function openShards(source: ByteSource, paths: readonly unknown[], open: ByteSource[]): Promise<ByteSource> {
  const shards: ByteSource[] = [];
  if (open.length + paths.length > MAX_SHARDS) throw malformed(source, `it names more than ${MAX_SHARDS} shards`);
  for (const path of paths) {
    if (typeof path !== 'string') throw malformed(source, `it names the shard ${JSON.stringify(path)}`);
    const shard = await openBeside(source, path);
    open.push(shard);
    shards.push(shard);
  }
  return concatenated(source.name, shards);
}

/** The weights of a group lie one after the other. */
function groupTensors(shards: ByteSource, weights: readonly Weight[]): readonly StoredTensor[] {
  let at = 0;
  const tensors = weights.map(({ quantization, ...heading }) => {
    const offset = at;
    const itemBytes = byteSize(quantization?.dtype ?? heading.dtype);
    bytesOf(shards, heading);
    at += elementCount(heading.shape) * itemBytes;
    return quantization === undefined
      ? storedRange(shards, offset, heading)
      : packedRange(shards, offset, heading, unpacking(heading.dtype, quantization));
  });
  if (at !== shards.size)
    throw malformed(shards, `a group of weights takes ${at} bytes and its shards have ${shards.size}`);
  return tensors;
}

function unpacking(dtype: DType, { dtype: packedDType, scale, min }: Quantization) {
  const bytes = byteSize(packedDType);
  return {
    values: 1,
    bytes,
    unpack(packed: Uint8Array, count: number): Uint8Array {
      if (packedDType === 'float16') return convert(packed.slice(), 'float16', dtype);
      const codes = bytes === 1 ? packed : new Uint16Array(packed.slice().buffer);
      const out = dtype === 'int32' ? new Int32Array(count) : new Float32Array(count);
      for (let k = 0; k < count; k++) {
        const value = (codes[k] ?? 0) * scale + min;
        out[k] = dtype === 'int32' ? Math.round(value) : value;
      }
      return new Uint8Array(out.buffer);
    },
  };
}

function weightOf(source: ByteSource, weight: unknown): Weight {
  if (!isRecord(weight) || typeof weight.name !== 'string' || typeof weight.dtype !== 'string') {
    throw malformed(source, 'a weight of its manifest has no name or no dtype');
  }
  const { name, quantization } = weight;
  const dtype = Object.hasOwn(DTYPES, weight.dtype) ? DTYPES[weight.dtype] : undefined;
  if (dtype === undefined) throw unsupported(source, `holds '${name}' of dtype ${weight.dtype}`);
  const heading = { name: name.replaceAll('/', '.'), shape: shapeOf(source, name, weight.shape), dtype };
  if (quantization === undefined || quantization === null) return heading;
  if (!isRecord(quantization) || (dtype !== 'float32' && dtype !== 'int32')) {
    throw malformed(source, `'${name}' is quantised in an unknown way`);
  }
  const { dtype: packed, scale = 1, min = 0 } = quantization;
  const known = packed === 'uint8' || packed === 'uint16' || (packed === 'float16' && dtype === 'float32');
  if (!known || typeof scale !== 'number' || typeof min !== 'number') {
    throw malformed(source, `'${name}' is quantised in an unknown way`);
  }
  return { ...heading, quantization: { dtype: packed, scale, min } };
}
