import { CheckpointError } from '../errors.js';
import type { ByteSink, TensorHeading, TensorToWrite } from './format.js';
import {
  type CheckpointPlace,
  type FileLayout,
  type LayoutPiece,
  tensorBytes,
  type WritableFormat,
} from './writable-format.js';

/** What a checkpoint is to hold. */
export interface CheckpointContent {
  readonly tensors: readonly TensorHeading[];
  readonly metadata?: Readonly<Record<string, string>>;
}

interface Progress {
  readonly length: number;
  written: number;
}

/**
 * A checkpoint that is being written, in any format: its tensors in any order, each whole or in parts. Nothing of it is
 * visible before `commit`.
 */
export class CheckpointWriter {
  readonly #place: CheckpointPlace;
  readonly #layout: FileLayout;
  readonly #tensors: ReadonlyMap<string, Progress>;
  /** Bytes of each file that are still to come. */
  readonly #missing: Map<string, number>;
  readonly #sinks = new Map<string, ByteSink>();
  readonly #visible: string[] = [];

  private constructor(place: CheckpointPlace, layout: FileLayout, tensors: ReadonlyMap<string, Progress>) {
    this.#place = place;
    this.#layout = layout;
    this.#tensors = tensors;
    this.#missing = bytesOfFiles(layout);
  }

  /**
   * Lays the tensors out in the order given, and writes what lies around them.
   *
   * @throws CheckpointError `duplicate-tensor` when a name occurs twice; as the format and the place do.
   */
  static async begin(
    place: CheckpointPlace,
    format: WritableFormat,
    { tensors, metadata = {} }: CheckpointContent,
  ): Promise<CheckpointWriter> {
    const progress = new Map<string, Progress>();
    for (const tensor of tensors) {
      if (progress.has(tensor.name)) throw duplicate(tensor.name);
      progress.set(tensor.name, { length: tensorBytes(tensor), written: 0 });
    }
    const freeNames = (names: (attempt: number) => readonly string[]) => firstFree(place, names);
    const layout = await format.layOut({ name: place.name, tensors, metadata, freeNames });
    const writer = new CheckpointWriter(place, layout, progress);
    try {
      for (const piece of layout.pieces) await writer.#put(piece);
    } catch (error) {
      await writer.abort();
      throw error;
    }
    return writer;
  }

  /**
   * Writes bytes of a tensor, from `byteOffset` on; each byte once.
   *
   * @throws CheckpointError `unknown-tensor` or `wrong-size`; as the place does.
   */
  async write(name: string, bytes: Uint8Array, byteOffset = 0): Promise<void> {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) {
      throw new CheckpointError({ code: 'unknown-tensor', what: `the header has no tensor '${name}'`, path: name });
    }
    tensor.written += bytes.byteLength;
    const end = byteOffset + bytes.byteLength;
    if (end > tensor.length) throw wrongSize(name, { ...tensor, written: end });
    if (tensor.written > tensor.length) throw wrongSize(name, tensor);
    let start = 0;
    for (const segment of this.#layout.places.get(name) ?? []) {
      const from = Math.max(start, byteOffset);
      const to = Math.min(start + segment.bytes, end);
      if (from < to) {
        const part = bytes.subarray(from - byteOffset, to - byteOffset);
        await this.#put({ file: segment.file, at: segment.at + from - start, bytes: part });
      }
      start += segment.bytes;
    }
    this.#layout.closing?.saw(name, bytes, byteOffset);
  }

  /**
   * Makes the checkpoint visible, the file that was asked for last.
   *
   * @throws CheckpointError `wrong-size` when a tensor was not written, or not all of it; as the place does.
   */
  async commit(): Promise<void> {
    for (const [name, tensor] of this.#tensors) if (tensor.written !== tensor.length) throw wrongSize(name, tensor);
    for (const piece of this.#layout.closing?.pieces() ?? []) await this.#put(piece);
    for (const file of this.#layout.files) await (await this.#sinkOf(file)).seal?.();
    for (const file of this.#layout.files) {
      await (await this.#sinkOf(file)).commit();
      this.#visible.push(file);
    }
  }

  /** Names of the files, the one that was asked for last. */
  get files(): readonly string[] {
    return this.#layout.files;
  }

  /** Removes what was written; harmless after `commit`. */
  async abort(): Promise<void> {
    if (this.#visible.length === this.#layout.files.length) return;
    for (const sink of this.#sinks.values()) await sink.abort();
    for (const file of this.#visible.splice(0)) await this.#place.remove(file);
  }

  async #put({ file, at, bytes }: LayoutPiece): Promise<void> {
    const sink = await this.#sinkOf(file);
    await sink.write(bytes, at);
    const missing = (this.#missing.get(file) ?? 0) - bytes.byteLength;
    this.#missing.set(file, missing);
    // A checkpoint of thousands of shards must not hold thousands of open files.
    if (missing === 0 && this.#layout.closing === undefined) await sink.seal?.();
  }

  async #sinkOf(file: string): Promise<ByteSink> {
    const open = this.#sinks.get(file);
    if (open !== undefined) return open;
    const sink = await this.#place.sink(file, file !== this.#place.name);
    this.#sinks.set(file, sink);
    return sink;
  }
}

/**
 * Writes tensors in the order given, each asked for once.
 *
 * @returns names of the files, the one that was asked for last.
 * @throws CheckpointError when a name occurs twice, a tensor's bytes do not fit its shape or the format cannot hold it;
 * what was there is then as it was.
 */
export async function writeCheckpointTo(
  place: CheckpointPlace,
  format: WritableFormat,
  content: CheckpointContent & { readonly tensors: readonly TensorToWrite[] },
): Promise<readonly string[]> {
  const writer = await CheckpointWriter.begin(place, format, content);
  try {
    for (const tensor of content.tensors) await writer.write(tensor.name, await tensor.bytes());
    await writer.commit();
    return writer.files;
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

function duplicate(name: string): CheckpointError {
  return new CheckpointError({ code: 'duplicate-tensor', what: `two tensors are named '${name}'`, path: name });
}

function wrongSize(name: string, { written, length }: Progress): CheckpointError {
  return new CheckpointError({
    code: 'wrong-size',
    what: `tensor '${name}' gave ${written} bytes where its shape needs ${length}`,
    path: name,
  });
}

function bytesOfFiles({ places, pieces }: FileLayout): Map<string, number> {
  const bytes = new Map<string, number>();
  const add = (file: string, more: number): void => void bytes.set(file, (bytes.get(file) ?? 0) + more);
  for (const segments of places.values()) for (const { file, bytes: more } of segments) add(file, more);
  for (const piece of pieces) add(piece.file, piece.bytes.byteLength);
  return bytes;
}

async function firstFree(
  place: CheckpointPlace,
  names: (attempt: number) => readonly string[],
): Promise<readonly string[]> {
  for (let attempt = 1; ; attempt += 1) {
    const wanted = names(attempt);
    const taken = await Promise.all(wanted.map((name) => place.has(name)));
    if (!taken.includes(true)) return wanted;
  }
}
