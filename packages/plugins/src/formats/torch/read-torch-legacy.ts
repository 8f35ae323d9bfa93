import type { ByteSource, Checkpoint, ReadAllowance } from '@incipit/core';
import { ByteCursor, EndOfBytes } from '../common/byte-cursor.js';
import { malformed, opening, truncated } from '../common/checkpoint-of.js';
import { readInto } from '../common/stored-range.js';
import { PyDict, type TorchStorage } from './pickle-values.js';
import { type StorageBytes, storageSize, torchCheckpoint } from './torch-checkpoint.js';
import { TorchMeaning } from './torch-meaning.js';
import { unpickle } from './unpickle.js';

const FIRST_BYTES = 1 << 20;
const MAX_PICKLE_BYTES = 256 << 20;
/** What a storage takes as objects, and the time to find its bytes. */
const STORAGE_BYTES = 1024;
const PROTOCOL = 1001;

interface Pickles {
  readonly root: unknown;
  readonly meaning: TorchMeaning;
  /** Storages in the order of their bytes. */
  readonly keys: readonly string[];
  readonly dataOffset: number;
}

/** Opens what `torch.save` wrote before 1.6: five pickles, then the bytes of each storage after its length. */
export function openTorchLegacy(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  return opening(source, async () => {
    const { root, meaning, keys, dataOffset } = await readPickles(source, allowance);
    const places = new Map<string, LegacyStorage>();
    let at = dataOffset;
    allowance.spend(source, STORAGE_BYTES * keys.length);
    for (const key of keys) {
      const storage = meaning.storages.get(key);
      if (storage === undefined) throw malformed(source, `nothing says what storage '${key}' is`);
      if (places.has(key)) throw malformed(source, `storage '${key}' is there twice`);
      const place = new LegacyStorage(source, storage, at);
      at = place.end;
      if (at > source.size) throw truncated(source, `storage '${key}' ends at byte ${at} and it at ${source.size}`);
      places.set(key, place);
    }
    const storageOf = ({ key }: TorchStorage): LegacyStorage => {
      const place = places.get(key);
      if (place === undefined) throw malformed(source, `it has no storage '${key}'`);
      return place;
    };
    return torchCheckpoint(source, { root, allowance }, { bigEndian: false, storageOf });
  });
}

const LENGTH_BYTES = 8;

/** The bytes of one storage, after their number; that is compared when they are read first, since they lie far apart. */
class LegacyStorage implements StorageBytes {
  readonly bytes: number;
  readonly inParts = true;
  readonly #source: ByteSource;
  readonly #storage: TorchStorage;
  readonly #at: number;
  #compared = false;

  constructor(source: ByteSource, storage: TorchStorage, at: number) {
    this.#source = source;
    this.#storage = storage;
    this.#at = at;
    this.bytes = storageSize(source, storage);
  }

  get end(): number {
    return this.#at + LENGTH_BYTES + this.bytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    await this.#compare();
    return this.#source.read(this.#at + LENGTH_BYTES + offset, length);
  }

  async readInto(offset: number, out: Uint8Array): Promise<void> {
    await this.#compare();
    await readInto(this.#source, this.#at + LENGTH_BYTES + offset, out);
  }

  async #compare(): Promise<void> {
    if (this.#compared) return;
    const elements = new ByteCursor(this.#source, await this.#source.read(this.#at, LENGTH_BYTES)).u64();
    const { key } = this.#storage;
    if (elements !== this.#storage.elements) throw malformed(this.#source, `storage '${key}' has two lengths`);
    this.#compared = true;
  }
}

/** The pickles do not say how long they are: more of the file is read until they end. */
async function readPickles(source: ByteSource, allowance: ReadAllowance): Promise<Pickles> {
  for (let length = FIRST_BYTES; ; length *= 4) {
    const bytes = Math.min(length, source.size, MAX_PICKLE_BYTES);
    allowance.spend(source, bytes);
    const head = await source.read(0, bytes);
    try {
      return parsePickles(source, new ByteCursor(source, head), allowance);
    } catch (error) {
      if (!(error instanceof EndOfBytes) || head.byteLength === source.size || length >= MAX_PICKLE_BYTES) throw error;
    }
  }
}

function parsePickles(source: ByteSource, cursor: ByteCursor, allowance: ReadAllowance): Pickles {
  const meaning = new TorchMeaning(source, allowance);
  const next = (): unknown => unpickle(source, cursor, { meaning, allowance });
  next();
  if (next() !== PROTOCOL) throw malformed(source, 'its version is unknown');
  const machine = next();
  if (machine instanceof PyDict && machine.get('little_endian') === false) {
    throw malformed(source, 'it was written on a big-endian machine');
  }
  const root = next();
  const keys = next();
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
    throw malformed(source, 'the list of its storages is damaged');
  }
  return { root, meaning, keys, dataOffset: cursor.at };
}
