import { CheckpointError } from '../errors.js';
import { widenFloat8 } from '../ir/float8.js';
import type { ByteSource, Checkpoint } from './format.js';
import { ReadAllowance } from './read-allowance.js';
import { MAX_HEADER_BYTES, parseSafetensorsHeader, type StoredPlace } from './safetensors-header.js';
import { noTensor } from './unreadable.js';

/**
 * Opens a safetensors file. Only the header is read; each tensor is read when asked for. Floats of 8 bits are given as
 * float32, which holds them exactly.
 *
 * @param allowance what the header may cost; by default, what `ReadLimits` has.
 * @throws CheckpointError `malformed`, `truncated` or `too-large`; the source is closed then.
 */
export async function openSafetensorsSource(
  bytes: ByteSource,
  allowance: ReadAllowance = new ReadAllowance(),
): Promise<Checkpoint> {
  try {
    return await open(bytes, allowance);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

async function open(bytes: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  const headerBytes = await readHeaderLength(bytes);
  allowance.spend(bytes, headerBytes);
  const json = await bytes.read(8, headerBytes);
  allowance.spendJson(bytes, json);
  const text = new TextDecoder('utf-8', { fatal: false }).decode(json);
  const dataStart = 8 + headerBytes;
  const data = { bytes: bytes.size - dataStart, spend: (memory: number) => allowance.spend(bytes, memory) };
  const { header, places } = parseSafetensorsHeader(bytes.name, text, data);
  const placeOf = (tensor: string): StoredPlace => {
    const place = places.get(tensor);
    if (place !== undefined && header.tensors[tensor] !== undefined) return place;
    throw noTensor(header, tensor);
  };
  return {
    header,
    async read(tensor) {
      const { begin, end, float8 } = placeOf(tensor);
      const stored = await bytes.read(dataStart + begin, end - begin);
      return float8 === undefined ? stored : widenFloat8(stored, float8);
    },
    async readPart(tensor, byteOffset, out) {
      const { begin, float8 } = placeOf(tensor);
      const at = dataStart + begin;
      if (float8 !== undefined) {
        const [from, to] = [Math.floor(byteOffset / 4), Math.ceil((byteOffset + out.byteLength) / 4)];
        const wide = widenFloat8(await bytes.read(at + from, to - from), float8);
        out.set(wide.subarray(byteOffset - 4 * from, byteOffset - 4 * from + out.byteLength));
      } else if (bytes.readInto === undefined) out.set(await bytes.read(at + byteOffset, out.byteLength));
      else await bytes.readInto(at + byteOffset, out);
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
