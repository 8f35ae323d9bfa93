import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CheckpointError } from '../errors.js';
import { fileSource } from './file-source.js';
import type { ByteSource } from './format.js';
import type { CheckpointHost } from './host.js';
import { digestMismatch } from './remote/digest-mismatch.js';
import { folderStore } from './remote/folder-store.js';

const HASH_BYTES = 1 << 20;

/** Locations without a scheme are files. */
export const checkpointHost: CheckpointHost = {
  addressOf: (location) => (/^https?:\/\//i.test(location) ? location : undefined),
  async openPath({ path: location, source, sha256 }, folder = '.') {
    const path = /^file:/i.test(location) ? pathOf(location) : location;
    const bytes = await fileSource(isAbsolute(path) ? path : resolve(folder, path), source);
    if (sha256 !== undefined) await checkDigest(bytes, sha256);
    return bytes;
  },
  downloadStore: (folder) => folderStore(folder ?? defaultFolder()),
};

function pathOf(location: string): string {
  try {
    return fileURLToPath(location);
  } catch (cause) {
    throw new CheckpointError({
      code: 'bad-location',
      what: `checkpoint '${location}' names no file of this machine`,
      expected: 'file:///folder/file',
      cause,
    });
  }
}

/** `INCIPIT_CACHE`, or where the platform keeps what programs can fetch again. */
function defaultFolder(): string {
  const { INCIPIT_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (INCIPIT_CACHE !== undefined && INCIPIT_CACHE !== '') return INCIPIT_CACHE;
  const name = join('incipit', 'checkpoints');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', name);
  if (process.platform === 'win32' && LOCALAPPDATA !== undefined) return join(LOCALAPPDATA, name);
  const caches = XDG_CACHE_HOME === undefined || XDG_CACHE_HOME === '' ? join(homedir(), '.cache') : XDG_CACHE_HOME;
  return join(caches, name);
}

async function checkDigest(bytes: ByteSource, expected: string): Promise<void> {
  try {
    const hash = createHash('sha256');
    for (let at = 0; at < bytes.size; at += HASH_BYTES) {
      hash.update(await bytes.read(at, Math.min(HASH_BYTES, bytes.size - at)));
    }
    const digest = hash.digest('hex');
    if (digest !== expected) throw digestMismatch(`'${bytes.name}'`, digest, expected);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}
