import { CheckpointError } from '../errors.js';
import type { CheckpointEntry } from '../ir/checkpoint-header.js';
import type { ByteSource, Checkpoint } from './format.js';
import { MAX_HEADER_BYTES, parseSafetensorsHeader } from './safetensors-header.js';

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
  const entryOf = (tensor: string): CheckpointEntry => {
    const entry = header.tensors[tensor];
    if (entry !== undefined) return entry;
    throw new CheckpointError({ code: 'unknown-tensor', what: `'${bytes.name}' holds no tensor '${tensor}'` });
  };
  return {
    header,
    async read(tensor) {
      const entry = entryOf(tensor);
      return bytes.read(dataStart + entry.byteOffset, entry.byteLength);
    },
    async readPart(tensor, byteOffset, out) {
      const at = dataStart + entryOf(tensor).byteOffset + byteOffset;
      if (bytes.readInto === undefined) out.set(await bytes.read(at, out.byteLength));
      else await bytes.readInto(at, out);
      return true;
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
