import type { ByteSource, Checkpoint, ReadAllowance } from '@incipit/core';
import { ByteCursor } from '../common/byte-cursor.js';
import { malformed, opening } from '../common/checkpoint-of.js';
import { readZipDirectory, type ZipEntry } from '../zip/read-zip.js';
import { unzip, ZippedFile } from '../zip/unzip.js';
import type { TorchStorage } from './pickle-values.js';
import { torchCheckpoint } from './torch-checkpoint.js';
import { TorchMeaning } from './torch-meaning.js';
import { unpickle } from './unpickle.js';

const MAX_PICKLE_BYTES = 256 << 20;

/**
 * Opens what `torch.save` writes since 1.6, and TorchScript programs: a zip archive with a pickle and a file for each
 * storage. Of a program the weights are read, and its code is not looked at.
 */
export function openTorchZip(source: ByteSource, allowance: ReadAllowance): Promise<Checkpoint> {
  return opening(source, async () => {
    const entries = new Map((await readZipDirectory(source, allowance)).map((entry) => [entry.name, entry]));
    const pickle = [...entries.keys()].find((name) => /(?:^|\/)data\.pkl$/.test(name));
    if (pickle === undefined) throw malformed(source, 'it has no data.pkl');
    const folder = pickle.slice(0, -'data.pkl'.length);
    const meaning = new TorchMeaning(source, allowance);
    const bytes = await readSmall(source, entries.get(pickle), allowance);
    const root = unpickle(source, new ByteCursor(source, bytes), { meaning, allowance });
    const order = entries.get(`${folder}byteorder`);
    const bigEndian = order !== undefined && isBigEndian(await readSmall(source, order, allowance));
    const storageOf = ({ key }: TorchStorage): ZippedFile => {
      const entry = entries.get(`${folder}data/${key}`);
      if (entry === undefined) throw malformed(source, `it has no storage '${key}'`);
      return new ZippedFile(source, entry);
    };
    return torchCheckpoint(source, { root, allowance }, { bigEndian, storageOf });
  });
}

async function readSmall(
  source: ByteSource,
  entry: ZipEntry | undefined,
  allowance: ReadAllowance,
): Promise<Uint8Array> {
  if (entry === undefined || entry.bytes > MAX_PICKLE_BYTES) throw malformed(source, 'its pickle is too large');
  // Torch compresses none; to unpack much takes a while, which counts as memory.
  allowance.spend(source, (entry.deflated ? 4 : 1) * entry.bytes);
  return unzip(source, entry);
}

function isBigEndian(byteOrder: Uint8Array): boolean {
  return new TextDecoder().decode(byteOrder.subarray(0, 16)).trim() === 'big';
}
