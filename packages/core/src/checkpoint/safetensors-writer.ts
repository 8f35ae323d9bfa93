import { CheckpointError } from '../errors.js';
import { byteSize } from '../ir/dtype.js';
import { elementCount } from '../ir/shape.js';
import type { ByteSink, TensorHeading, TensorToWrite } from './format.js';
import { safetensorsDType } from './safetensors-header.js';

/** Tensor data starts at a multiple of this many bytes, as the official writer has it. */
const ALIGNMENT = 8;

interface Place {
  readonly start: number;
  readonly length: number;
  written: number;
}

/** A safetensors file that is being written: its tensors in any order, each whole or in parts. */
export class SafetensorsWriter {
  readonly #sink: ByteSink;
  readonly #places: ReadonlyMap<string, Place>;

  private constructor(sink: ByteSink, places: ReadonlyMap<string, Place>) {
    this.#sink = sink;
    this.#places = places;
  }

  /**
   * Writes the header, in which tensors have the order given.
   *
   * @throws CheckpointError `duplicate-tensor` when a name occurs twice; as the sink does. Nothing is aborted.
   */
  static async begin(
    sink: ByteSink,
    tensors: readonly TensorHeading[],
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<SafetensorsWriter> {
    const { header, places } = layOut(tensors, metadata);
    await sink.write(header, 0);
    return new SafetensorsWriter(sink, places);
  }

  /**
   * Writes bytes of a tensor, from `byteOffset` on; each byte once.
   *
   * @throws CheckpointError `unknown-tensor` or `wrong-size`; as the sink does.
   */
  async write(name: string, bytes: Uint8Array, byteOffset = 0): Promise<void> {
    const place = this.#places.get(name);
    if (place === undefined) {
      throw new CheckpointError({ code: 'unknown-tensor', what: `the header has no tensor '${name}'`, path: name });
    }
    place.written += bytes.byteLength;
    if (place.written > place.length) throw wrongSize(name, place);
    await this.#sink.write(bytes, place.start + byteOffset);
  }

  /** @throws CheckpointError `wrong-size` when a tensor was not written, or not all of it. */
  checkWritten(): void {
    for (const [name, place] of this.#places) if (place.written !== place.length) throw wrongSize(name, place);
  }

  /** Makes the file visible. @throws CheckpointError as `checkWritten` and the sink do. */
  async commit(): Promise<void> {
    this.checkWritten();
    await this.#sink.commit();
  }
}

function wrongSize(name: string, { written, length }: Place): CheckpointError {
  return new CheckpointError({
    code: 'wrong-size',
    what: `tensor '${name}' gave ${written} bytes where its shape needs ${length}`,
    path: name,
  });
}

/**
 * Writes tensors in the order given, each asked for once; nothing is visible before the last byte is written.
 *
 * @throws CheckpointError when a name occurs twice or a tensor's bytes do not fit its shape; the sink is aborted then.
 */
export async function writeSafetensorsTo(
  sink: ByteSink,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  try {
    const writer = await SafetensorsWriter.begin(sink, tensors, metadata);
    for (const tensor of tensors) await writer.write(tensor.name, await tensor.bytes());
    await writer.commit();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

function layOut(
  tensors: readonly TensorHeading[],
  metadata: Readonly<Record<string, string>>,
): { readonly header: Uint8Array; readonly places: ReadonlyMap<string, Place> } {
  const entries = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) entries.set('__metadata__', metadata);
  const lengths = new Map<string, number>();
  let at = 0;
  for (const { name, dtype, shape } of tensors) {
    if (entries.has(name)) {
      throw new CheckpointError({ code: 'duplicate-tensor', what: `two tensors are named '${name}'`, path: name });
    }
    const length = elementCount(shape) * byteSize(dtype);
    entries.set(name, { dtype: safetensorsDType(dtype), shape, data_offsets: [at, at + length] });
    lengths.set(name, length);
    at += length;
  }
  const header = encodeHeader(entries);
  const places = new Map<string, Place>();
  let start = header.byteLength;
  for (const [name, length] of lengths) {
    places.set(name, { start, length, written: 0 });
    start += length;
  }
  return { header, places };
}

function encodeHeader(entries: ReadonlyMap<string, unknown>): Uint8Array {
  // Object literals reorder integer-like keys; the header is written entry by entry to keep the order given.
  const text = `{${[...entries].map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',')}}`;
  const json = new TextEncoder().encode(text);
  const padded = Math.ceil(json.byteLength / ALIGNMENT) * ALIGNMENT;
  const out = new Uint8Array(8 + padded).fill(0x20);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.set(json, 8);
  return out;
}
