import {
  type ByteSource,
  byteSize,
  type Checkpoint,
  convert,
  type DType,
  elementCount,
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
  type StoredTensor,
  unsupported,
} from '../common/checkpoint-of.js';
import { concatenated } from '../common/concatenated.js';
import { OpenedFiles } from '../common/opened-files.js';
import { packedRange } from '../common/packed-range.js';
import { readJson, shapeOf, textsOf } from '../common/read-json.js';
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
  /** Its dtype, in the manifest's words. */
  readonly code: string;
  readonly quantization?: Quantization;
}

const DTYPES: Readonly<Record<string, DType>> = {
  float32: 'float32',
  int32: 'int32',
  bool: 'bool',
  float16: 'float16',
};

/** What a weight takes beside its JSON, and what a group does. */
const WEIGHT_BYTES = 512;
const COMPLEX = 'complex64';

/**
 * Opens a `model.json` or a manifest of TensorFlow.js and the shards that it names; quantised weights are given in their own
 * dtype.
 */
export function openTfjs(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  const files = new OpenedFiles(source);
  const { whole } = files;
  return opening(whole, async () => {
    const json = await readJson(source, allowance);
    const { weightsManifest: groups, userDefinedMetadata } = isJsonObject(json) ? json : { weightsManifest: json };
    if (!Array.isArray(groups)) throw malformed(source, 'it has no weightsManifest');
    const tensors: ListedTensor[] = [];
    for (const group of groups as unknown[]) {
      if (!isJsonObject(group) || !Array.isArray(group.paths) || !Array.isArray(group.weights)) {
        throw malformed(source, 'its weightsManifest is not a list of { paths, weights }');
      }
      const shards = await openShards(source, group.paths, files);
      allowance.spend(source, WEIGHT_BYTES * (1 + group.weights.length));
      const weights = group.weights.map((weight) => weightOf(source, weight));
      for (const tensor of await groupTensors(shards, weights)) tensors.push(tensor);
    }
    return checkpointOf(whole, tensors, { allowance, stored: files.stored, metadata: textsOf(userDefinedMetadata) });
  });
}

async function openShards(source: ByteSource, paths: readonly unknown[], files: OpenedFiles): Promise<ByteSource> {
  const shards: ByteSource[] = [];
  for (const path of paths) {
    if (typeof path !== 'string') throw malformed(source, `it names the shard ${shownValue(path)}`);
    shards.push(await files.open(path));
  }
  return concatenated(source.name, shards);
}

/** The weights of a group lie one after the other. */
async function groupTensors(shards: ByteSource, weights: readonly Weight[]): Promise<readonly ListedTensor[]> {
  let at = 0;
  const tensors: ListedTensor[] = [];
  for (const { name, shape, code, quantization } of weights) {
    const offset = at;
    at += elementCount(shape) * itemBytesOf(code, quantization);
    const make = (): StoredTensor => {
      const heading = { name, shape, dtype: dtypeOf(shards, name, code) };
      bytesOf(shards, heading);
      return quantization === undefined
        ? storedRange(shards, offset, heading)
        : packedRange(shards, offset, heading, unpacking(heading.dtype, quantization));
    };
    tensors.push(await orUnreadable(shards, name, { dtype: code, shape }, make));
  }
  if (at !== shards.size)
    throw malformed(shards, `a group of weights takes ${at} bytes and its shards have ${shards.size}`);
  return tensors;
}

function itemBytesOf(code: string, quantization: Quantization | undefined): number {
  if (quantization !== undefined) return byteSize(quantization.dtype);
  return code === COMPLEX ? 8 : byteSize(DTYPES[code] ?? 'float32');
}

function dtypeOf(source: ByteSource, name: string, code: string): DType {
  const dtype = Object.hasOwn(DTYPES, code) ? DTYPES[code] : undefined;
  if (dtype === undefined) throw unsupported(source, `holds '${name}' of dtype ${code}`);
  return dtype;
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
  if (!isJsonObject(weight) || typeof weight.name !== 'string' || typeof weight.dtype !== 'string') {
    throw malformed(source, 'a weight of its manifest has no name or no dtype');
  }
  const { name, quantization } = weight;
  const dtype = weight.dtype;
  // Where a text ends only its bytes tell, so that what follows it would not be found.
  if (dtype !== COMPLEX) dtypeOf(source, name, dtype);
  const heading = { name: name.replaceAll('/', '.'), shape: shapeOf(source, name, weight.shape), code: dtype };
  if (quantization === undefined || quantization === null) return heading;
  if (!isJsonObject(quantization) || (dtype !== 'float32' && dtype !== 'int32')) {
    throw malformed(source, `'${name}' is quantised in an unknown way`);
  }
  const { dtype: packed, scale = 1, min = 0 } = quantization;
  const known = packed === 'uint8' || packed === 'uint16' || (packed === 'float16' && dtype === 'float32');
  if (!known || typeof scale !== 'number' || typeof min !== 'number') {
    throw malformed(source, `'${name}' is quantised in an unknown way`);
  }
  return { ...heading, quantization: { dtype: packed, scale, min } };
}
