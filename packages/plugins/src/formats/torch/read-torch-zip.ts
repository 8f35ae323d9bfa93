import type { ByteSource, Checkpoint } from '@incipit/core';
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
export function openTorchZip(source: ByteSource): Promise<Checkpoint> {
  return opening(source, async () => {
    const entries = new Map((await readZipDirectory(source)).map((entry) => [entry.name, entry]));
    const pickle = [...entries.keys()].find((name) => /(?:^|\/)data\.pkl$/.test(name));
    if (pickle === undefined) throw malformed(source, 'it has no data.pkl');
    const folder = pickle.slice(0, -'data.pkl'.length);
    const meaning = new TorchMeaning(source);
    const root = unpickle(source, new ByteCursor(source, await readSmall(source, entries.get(pickle))), meaning);
    const bigEndian = await isBigEndian(source, entries.get(`${folder}byteorder`));
    const storageOf = ({ key }: TorchStorage): ZippedFile => {
      const entry = entries.get(`${folder}data/${key}`);
      if (entry === undefined) throw malformed(source, `it has no storage '${key}'`);
      return new ZippedFile(source, entry);
    };
    return torchCheckpoint(source, root, { bigEndian, storageOf });
  });
}

async function readSmall(source: ByteSource, entry: ZipEntry | undefined): Promise<Uint8Array> {
  if (entry === undefined || entry.bytes > MAX_PICKLE_BYTES) throw malformed(source, 'its pickle is too large');
  return unzip(source, entry);
}

async function isBigEndian(source: ByteSource, entry: ZipEntry | undefined): Promise<boolean> {
  if (entry === undefined) return false;
  return new TextDecoder().decode(await readSmall(source, entry)).trim() === 'big';
}
