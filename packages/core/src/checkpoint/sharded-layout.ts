import { CheckpointError } from '../errors.js';
import type { TensorHeading } from './format.js';
import { safetensorsFile } from './safetensors-layout.js';
import { type FileLayout, type LayoutRequest, type Segment, tensorBytes } from './writable-format.js';

const DEFAULT_SHARD_BYTES = 5e9;

/** Safetensors files, and an index that says which tensor is in which. */
export async function shardedLayout(
  { name, tensors, metadata, freeNames }: LayoutRequest,
  maxShardBytes: number = DEFAULT_SHARD_BYTES,
): Promise<FileLayout> {
  const shards = split(tensors, maxShardBytes);
  const names = await freeNames((attempt) => shardNames(name, shards.length, attempt));
  const files = shards.map((shard, position) =>
    safetensorsFile({ name: names[position] ?? '', tensors: shard, metadata: { format: 'pt' } }),
  );
  const places = new Map(files.flatMap((file) => [...file.places]));
  const index = { file: name, at: 0, bytes: encodeIndex(tensors, places, metadata) };
  return { files: [...names, name], places, pieces: [...files.map(({ header }) => header), index] };
}

function split(tensors: readonly TensorHeading[], limit: number): readonly (readonly TensorHeading[])[] {
  if (!(limit > 0)) {
    throw new CheckpointError({ code: 'bad-limit', what: `maxShardBytes is ${limit}`, expected: 'a number above 0' });
  }
  const shards: TensorHeading[][] = [[]];
  let room = limit;
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    if (bytes > room && shards.at(-1)?.length !== 0) {
      shards.push([]);
      room = limit;
    }
    shards.at(-1)?.push(tensor);
    room -= bytes;
  }
  return shards;
}

/** `model-00001-of-00003.safetensors`; where one of these is taken, `model-2-00001-of-…`, and so on. */
function shardNames(index: string, count: number, attempt: number): readonly string[] {
  const stem = index.replace(/(\.safetensors)?(\.index)?\.json$/i, '');
  const start = attempt === 1 ? stem : `${stem}-${attempt}`;
  const digits = (position: number): string => String(position).padStart(5, '0');
  return Array.from({ length: count }, (_, k) => `${start}-${digits(k + 1)}-of-${digits(count)}.safetensors`);
}

function encodeIndex(
  tensors: readonly TensorHeading[],
  places: ReadonlyMap<string, readonly Segment[]>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const total = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  // Written entry by entry: an object literal would reorder names that look like integers.
  const lines = tensors.map(
    ({ name }) => `    ${JSON.stringify(name)}: ${JSON.stringify(places.get(name)?.[0]?.file)}`,
  );
  const head = JSON.stringify({ ...metadata, total_size: total });
  return new TextEncoder().encode(`{\n  "metadata": ${head},\n  "weight_map": {\n${lines.join(',\n')}\n  }\n}\n`);
}
