import {
  CheckpointError,
  type DType,
  type FileLayout,
  type LayoutRequest,
  type Segment,
  type TensorHeading,
  tensorBytes,
} from '@incipit/core';
import { withNativeNames } from '../common/native-names.js';
import { plainStem } from '../common/plain-name.js';

/** How a `model.json` of TensorFlow.js is written. */
export interface TfjsWriteOptions {
  /** Most bytes of a shard. Default 4 MiB, as tfjs's converter has it, so that browsers keep them in their cache. */
  readonly maxShardBytes?: number | undefined;
  /** What `model.toJSON()` gives, parsed; with it the file is a layers model. Without it, it holds weights alone. */
  readonly topology?: object | undefined;
  /** The weight's name for tfjs of a tensor. Default: the tensor's own with slashes for dots, `stem/kernel`. */
  readonly nameOf?: ((tensor: string) => string) | undefined;
}

const DEFAULT_SHARD_BYTES = 4 << 20;

/** How tfjs stores an element type; float16 is one of its ways to make float32 smaller. */
const STORED: Partial<Readonly<Record<DType, object>>> = {
  float32: { dtype: 'float32' },
  int32: { dtype: 'int32' },
  bool: { dtype: 'bool' },
  float16: { dtype: 'float32', quantization: { dtype: 'float16', original_dtype: 'float32' } },
};

/** The weights end to end, cut into shards, and the JSON that names them. */
export async function layOutTfjs(
  { name: file, tensors, metadata, freeNames }: LayoutRequest,
  { maxShardBytes = DEFAULT_SHARD_BYTES, topology, nameOf = withSlashes }: TfjsWriteOptions,
): Promise<FileLayout> {
  if (!(Number.isSafeInteger(maxShardBytes) && maxShardBytes > 0)) {
    throw new CheckpointError({
      code: 'bad-limit',
      what: `maxShardBytes is ${maxShardBytes}`,
      expected: 'a whole number above 0',
    });
  }
  const weights = describeWeights(tensors, nameOf);
  const total = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  const shards = await freeNames((attempt) => shardNames(file, Math.ceil(total / maxShardBytes), attempt));
  let at = 0;
  const places = tensors.map((tensor): [string, readonly Segment[]] => {
    const start = at;
    at += tensorBytes(tensor);
    return [tensor.name, cut({ start, end: at }, shards, maxShardBytes)];
  });
  const json = {
    ...(topology === undefined ? {} : { format: 'layers-model' }),
    generatedBy: 'Incipit',
    convertedBy: null,
    ...(topology === undefined ? {} : { modelTopology: topology }),
    ...(Object.keys(metadata).length === 0 ? {} : { userDefinedMetadata: metadata }),
    weightsManifest: [{ paths: shards, weights }],
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(json)}\n`);
  return { files: [...shards, file], places: new Map(places), pieces: [{ file, at: 0, bytes }] };
}

/** Dots between the names of modules are slashes in tfjs; those within a name are written `\.` in paths. */
function withSlashes(tensor: string): string {
  return tensor.replace(/\\(.)|\./g, (_dot, escaped?: string) => escaped ?? '/');
}

function describeWeights(tensors: readonly TensorHeading[], nameOf: (tensor: string) => string): readonly object[] {
  return withNativeNames(tensors, 'TensorFlow.js', nameOf).map(({ name: tensor, nativeName, dtype, shape }) => {
    const stored = STORED[dtype];
    if (stored !== undefined) return { name: nativeName, shape, ...stored };
    throw new CheckpointError({
      code: 'unknown-dtype',
      what: `tensor '${tensor}' is ${dtype}, which TensorFlow.js does not have`,
      expected: Object.keys(STORED).join(', '),
      fix: 'write float32 or float16, or safetensors',
      path: tensor,
    });
  });
}

/** `model-shard1of3.bin`; where one of these is taken, `model-2-shard1of3.bin`, and so on. */
function shardNames(file: string, count: number, attempt: number): readonly string[] {
  const stem = plainStem(file, /\.json$/i);
  const start = attempt === 1 ? stem : `${stem}-${attempt}`;
  return Array.from({ length: count }, (_, k) => `${start}-shard${k + 1}of${count}.bin`);
}

/** The parts of a stretch that lie in one shard each. */
function cut(
  { start, end }: { readonly start: number; readonly end: number },
  shards: readonly string[],
  shardBytes: number,
): readonly Segment[] {
  const segments: Segment[] = [];
  for (let at = start; at < end; ) {
    const shard = Math.floor(at / shardBytes);
    const bytes = Math.min(end, (shard + 1) * shardBytes) - at;
    segments.push({ file: shards[shard] ?? '', at: at - shard * shardBytes, bytes });
    at += bytes;
  }
  return segments;
}
