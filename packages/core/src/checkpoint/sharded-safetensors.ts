import { CheckpointError } from '../errors.js';
import type { CheckpointEntry, CheckpointHeader, UnreadableEntry } from '../ir/checkpoint-header.js';
import { isJsonObject } from '../ir/json.js';
import { openBeside } from './beside.js';
import type { ByteSource, Checkpoint } from './format.js';
import { ReadAllowance } from './read-allowance.js';
import { openSafetensorsSource } from './safetensors.js';
import { ENTRY_BYTES, MAX_HEADER_BYTES } from './safetensors-header.js';
import { noTensor, shortened, shownValue } from './unreadable.js';

/** Shards of one index; each is a file that stays open. */
const MAX_SHARDS = 10_000;
/** What a name in the index takes beside its JSON. */
const PLACE_BYTES = 192;

/**
 * Opens an index of safetensors shards (`model.safetensors.index.json`) and the header of each shard beside it.
 *
 * @throws CheckpointError `malformed`, `unsafe-path`, `truncated` or `not-found`; everything is closed then.
 */
export async function openShardedSafetensors(
  index: ByteSource,
  allowance: ReadAllowance = new ReadAllowance(),
): Promise<Checkpoint> {
  const shards = new Map<string, Checkpoint>();
  const close = async (): Promise<void> => {
    for (const shard of shards.values()) await shard.close();
    await index.close();
  };
  try {
    const { places, metadata } = parseIndex(index.name, await readText(index, allowance), (count) =>
      allowance.spend(index, PLACE_BYTES * count),
    );
    for (const name of new Set(places.values())) {
      shards.set(name, await openSafetensorsSource(await openBeside(index, name), allowance));
    }
    checkPlaces(index.name, places, shards);
    return { ...shardedCheckpoint(index.name, places, { shards, metadata }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readText(index: ByteSource, allowance: ReadAllowance): Promise<string> {
  if (index.size > MAX_HEADER_BYTES) throw malformed(index.name, `it is larger than ${MAX_HEADER_BYTES} bytes`);
  const text = await index.read(0, index.size);
  const values = allowance.spendJson(index, text);
  // What the headers of the shards will take for as many tensors, so that no time is lost on an index without end.
  allowance.foresee(index, (PLACE_BYTES + ENTRY_BYTES) * values);
  return new TextDecoder().decode(text);
}

function malformed(source: string, what: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    code: 'malformed',
    what: `'${source}' is not a valid index of safetensors shards: ${shortened(what, 1000)}`,
    expected: '{ "metadata": {…}, "weight_map": { "tensor": "shard.safetensors" } }',
    cause,
  });
}

interface Index {
  /** Tensor → shard. */
  readonly places: ReadonlyMap<string, string>;
  readonly metadata: Readonly<Record<string, string>>;
}

function parseIndex(source: string, text: string, spend: (count: number) => void): Index {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw malformed(source, 'it is not JSON', cause);
  }
  if (!isJsonObject(json) || !isJsonObject(json.weight_map)) throw malformed(source, 'it has no weight_map');
  spend(Object.keys(json.weight_map).length);
  const places = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(json.weight_map)) {
    if (typeof shard !== 'string') throw malformed(source, `the shard of tensor '${tensor}' is not a name`);
    places.set(tensor, shard);
  }
  if (new Set(places.values()).size > MAX_SHARDS) throw malformed(source, `it names more than ${MAX_SHARDS} shards`);
  const metadata = Object.entries(isJsonObject(json.metadata) ? json.metadata : {});
  spend(metadata.length);
  return {
    places,
    metadata: Object.fromEntries(metadata.map(([key, value]) => [key, textOf(value)])),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : shownValue(value);
}

/** The index and the shards must tell the same: a tensor that only one of them knows means a mixed-up download. */
function checkPlaces(
  source: string,
  places: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, Checkpoint>,
): void {
  for (const [tensor, shard] of places) {
    const header = shards.get(shard)?.header;
    if (header?.tensors[tensor] === undefined && header?.unreadable?.[tensor] === undefined) {
      throw malformed(source, `tensor '${tensor}' is not in '${shard}'`);
    }
  }
  for (const [name, shard] of shards) {
    const { tensors, unreadable = {} } = shard.header;
    const stray = [...Object.keys(tensors), ...Object.keys(unreadable)].find((tensor) => !places.has(tensor));
    if (stray !== undefined) throw malformed(source, `tensor '${stray}' of '${name}' is not in the weight_map`);
  }
}

interface Parts {
  readonly shards: ReadonlyMap<string, Checkpoint>;
  readonly metadata: Readonly<Record<string, string>>;
}

function shardedCheckpoint(
  source: string,
  places: ReadonlyMap<string, string>,
  { shards, metadata }: Parts,
): Omit<Checkpoint, 'close'> {
  const tensors: Record<string, CheckpointEntry> = Object.create(null) as Record<string, CheckpointEntry>;
  const unreadable: Record<string, UnreadableEntry> = Object.create(null) as Record<string, UnreadableEntry>;
  let at = 0;
  for (const [name, shard] of shards) {
    Object.assign(unreadable, shard.header.unreadable);
    const entries = Object.entries(shard.header.tensors).filter(([tensor]) => places.get(tensor) === name);
    for (const [tensor, entry] of entries.sort((a, b) => a[1].byteOffset - b[1].byteOffset)) {
      tensors[tensor] = { ...entry, byteOffset: at };
      at += entry.byteLength;
    }
  }
  const header: CheckpointHeader = {
    source,
    tensors,
    metadata,
    ...(Object.keys(unreadable).length > 0 ? { unreadable } : {}),
  };
  const shardOf = (tensor: string): Checkpoint => {
    const shard = shards.get(places.get(tensor) ?? '');
    if (shard !== undefined) return shard;
    throw noTensor(header, tensor);
  };
  return {
    header,
    read: async (tensor) => shardOf(tensor).read(tensor),
    readPart: async (tensor, byteOffset, out) => (await shardOf(tensor).readPart?.(tensor, byteOffset, out)) ?? false,
  };
}
