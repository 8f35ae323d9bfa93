import { CheckpointError } from '../errors.js';
import { byteSize } from '../ir/dtype.js';
import { elementCount } from '../ir/shape.js';
import type { ByteSink, ByteSource, Checkpoint, TensorToWrite } from './format.js';
import { MAX_HEADER_BYTES, parseSafetensorsHeader, safetensorsDType } from './safetensors-header.js';

/** Tensor data starts at a multiple of this many bytes, as the official writer has it. */
const ALIGNMENT = 8;

/**
 * Opens a safetensors file. Only the header is read; each tensor is read when asked for.
 *
 * @throws CheckpointError `malformed` or `truncated`; the source is closed then.
 */
export async function openSafetensorsSource(bytes: ByteSource): Promise<Checkpoint> {
  try {
    return await open(bytes);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

async function open(bytes: ByteSource): Promise<Checkpoint> {
  const headerBytes = await readHeaderLength(bytes);
  const text = new TextDecoder('utf-8', { fatal: false }).decode(await bytes.read(8, headerBytes));
  const dataStart = 8 + headerBytes;
  const header = parseSafetensorsHeader(bytes.name, text, bytes.size - dataStart);
  return {
    header,
    async read(tensor) {
      const entry = header.tensors[tensor];
      if (entry === undefined) {
        throw new CheckpointError({ code: 'unknown-tensor', what: `'${bytes.name}' holds no tensor '${tensor}'` });
      }
      return bytes.read(dataStart + entry.byteOffset, entry.byteLength);
    },
    close: () => bytes.close(),
  };
}

async function readHeaderLength(bytes: ByteSource): Promise<number> {
  const short = (what: string): CheckpointError =>
    new CheckpointError({
      code: 'truncated',
      what: `'${bytes.name}' is truncated: ${what}`,
      fix: 'download or copy the file again',
    });
  if (bytes.size < 8) throw short(`it has ${bytes.size} bytes and the header's length alone takes 8`);
  const view = await bytes.read(0, 8);
  const length = new DataView(view.buffer, view.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new CheckpointError({
      code: 'malformed',
      what: `'${bytes.name}' is not a safetensors file: its header would take ${length} bytes`,
      expected: `a header of at most ${MAX_HEADER_BYTES} bytes`,
      fix: 'check that this is a .safetensors file',
    });
  }
  if (Number(length) > bytes.size - 8) throw short(`its header takes ${length} bytes and ${bytes.size - 8} are there`);
  return Number(length);
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
    await sink.write(encodeHeader(tensors, metadata));
    for (const tensor of tensors) await sink.write(await checkedBytes(tensor));
    await sink.commit();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

function encodeHeader(tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) entries.set('__metadata__', metadata);
  let at = 0;
  for (const tensor of tensors) {
    if (entries.has(tensor.name)) {
      throw new CheckpointError({
        code: 'duplicate-tensor',
        what: `two tensors are named '${tensor.name}'`,
        path: tensor.name,
      });
    }
    const end = at + elementCount(tensor.shape) * byteSize(tensor.dtype);
    entries.set(tensor.name, { dtype: safetensorsDType(tensor.dtype), shape: tensor.shape, data_offsets: [at, end] });
    at = end;
  }
  // Object literals reorder integer-like keys; the header is written entry by entry to keep the order given.
  const text = `{${[...entries].map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',')}}`;
  const json = new TextEncoder().encode(text);
  const padded = Math.ceil(json.byteLength / ALIGNMENT) * ALIGNMENT;
  const out = new Uint8Array(8 + padded).fill(0x20);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.set(json, 8);
  return out;
}

async function checkedBytes(tensor: TensorToWrite): Promise<Uint8Array> {
  const bytes = await tensor.bytes();
  const expected = elementCount(tensor.shape) * byteSize(tensor.dtype);
  if (bytes.byteLength !== expected) {
    throw new CheckpointError({
      code: 'wrong-size',
      what: `tensor '${tensor.name}' gave ${bytes.byteLength} bytes where its shape needs ${expected}`,
      path: tensor.name,
    });
  }
  return bytes;
}
