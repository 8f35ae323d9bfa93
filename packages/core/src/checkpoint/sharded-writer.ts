import { CheckpointError } from '../errors.js';
import { byteSize } from '../ir/dtype.js';
import { elementCount } from '../ir/shape.js';
import type { ByteSink, TensorToWrite } from './format.js';
import { SafetensorsWriter } from './safetensors-writer.js';

/** Where a sharded checkpoint is written: a sink for each file of a folder. */
export interface ShardFolder {
  /** File of the index, for instance `model.safetensors.index.json`. */
  readonly index: string;
  /** A sink for a file of this name beside the index. */
  sink(name: string): Promise<ByteSink>;
  /** Whether a file of this name is there; shards never replace a file, so that an old index keeps its own. */
  has(name: string): Promise<boolean>;
}

export interface ShardOptions {
  /** Most bytes of tensors in a shard; a larger tensor gets a shard of its own. Default 5 GB. */
  readonly maxShardBytes?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

const DEFAULT_SHARD_BYTES = 5e9;

/**
 * Writes tensors as safetensors shards and their index. The index is written last: until then, what was there stays valid.
 *
 * @returns the names of the shards.
 * @throws CheckpointError as `writeSafetensorsTo` does; no index is written then, and no shard of this run is left.
 */
export async function writeShardedSafetensorsTo(
  folder: ShardFolder,
  tensors: readonly TensorToWrite[],
  options: ShardOptions = {},
): Promise<readonly string[]> {
  const shards = split(tensors, options.maxShardBytes ?? DEFAULT_SHARD_BYTES);
  const names = await freeNames(folder, shards.length);
  const sinks: ByteSink[] = [];
  try {
    const writers: SafetensorsWriter[] = [];
    for (const [position, shard] of shards.entries()) {
      const sink = await folder.sink(names[position] ?? '');
      sinks.push(sink);
      const writer = await SafetensorsWriter.begin(sink, shard, { format: 'pt' });
      for (const tensor of shard) await writer.write(tensor.name, await tensor.bytes());
      writer.checkWritten();
      writers.push(writer);
    }
    const index = await folder.sink(folder.index);
    sinks.push(index);
    await index.write(encodeIndex(shards, names, options.metadata ?? {}), 0);
    for (const writer of writers) await writer.commit();
    await index.commit();
    return names;
  } catch (error) {
    for (const sink of sinks) await sink.abort();
    throw error;
  }
}

function split(tensors: readonly TensorToWrite[], limit: number): readonly (readonly TensorToWrite[])[] {
  if (!(limit > 0)) {
    throw new CheckpointError({ code: 'bad-limit', what: `maxShardBytes is ${limit}`, expected: 'a number above 0' });
  }
  const seen = new Set<string>();
  const shards: TensorToWrite[][] = [[]];
  let room = limit;
  for (const tensor of tensors) {
    if (seen.has(tensor.name)) {
      throw new CheckpointError({ code: 'duplicate-tensor', what: `two tensors are named '${tensor.name}'` });
    }
    seen.add(tensor.name);
    const bytes = elementCount(tensor.shape) * byteSize(tensor.dtype);
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
async function freeNames(folder: ShardFolder, count: number): Promise<readonly string[]> {
  const stem = folder.index.replace(/(\.safetensors)?(\.index)?\.json$/, '');
  const digits = (position: number): string => String(position).padStart(5, '0');
  for (let attempt = 1; ; attempt++) {
    const start = attempt === 1 ? stem : `${stem}-${attempt}`;
    const names = Array.from({ length: count }, (_, k) => `${start}-${digits(k + 1)}-of-${digits(count)}.safetensors`);
    const taken = await Promise.all(names.map((name) => folder.has(name)));
    if (!taken.includes(true)) return names;
  }
}

function encodeIndex(
  shards: readonly (readonly TensorToWrite[])[],
  names: readonly string[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const all = shards.flat();
  const total = all.reduce((sum, { shape, dtype }) => sum + elementCount(shape) * byteSize(dtype), 0);
  const places = shards.flatMap((shard, position) => shard.map(({ name }) => [name, names[position]] as const));
  // Written entry by entry: an object literal would reorder names that look like integers.
  const map = places.map(([tensor, shard]) => `    ${JSON.stringify(tensor)}: ${JSON.stringify(shard)}`).join(',\n');
  const head = JSON.stringify({ ...metadata, total_size: total });
  return new TextEncoder().encode(`{\n  "metadata": ${head},\n  "weight_map": {\n${map}\n  }\n}\n`);
}
